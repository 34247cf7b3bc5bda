// SPDX-License-Identifier: MIT
#include "dkim/signature.h"

#include <doctest/doctest.h>

#include "dkim/tag_list.h"

namespace unsent {
namespace {

const std::string kHash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";

// A good signature, with one tag put in the place of, or behind, the others.
std::string with(const std::string& name, const std::string& tag) {
  std::string out;
  bool is_placed = false;
  for (const char* one :
       {"v=1", "a=rsa-sha256", "d=ourshop.example", "s=s2026", "h=From:To:Date", "bh=", "b=QUJD"}) {
    const std::string text = std::string(one) == "bh=" ? "bh=" + kHash : one;
    const bool is_it = text.substr(0, text.find('=')) == name;
    is_placed = is_placed || is_it;
    if (!is_it || !tag.empty()) out += (is_it ? tag : text) + "; ";
  }
  return is_placed || tag.empty() ? out : out + tag;
}

}  // namespace

TEST_CASE("a signature is read with all that it says") {
  const std::string value =
      " v=1; a=ed25519-sha256; c=relaxed/simple;\r\n\td=OurShop.example; s=S2026._x; "
      "i=@mail.ourshop.example; q=dns/txt;\r\n\th=From : To:\r\n\t Date:From;t=1795466106; "
      "x=1796070906; l=100; bh=" +
      kHash + ";\r\n\tb= QU\r\n\tJD ;";
  const ReadSignature read = read_signature(value);
  REQUIRE(read.signature);
  const DkimSignature& signature = *read.signature;
  CHECK(signature.algorithm == DkimAlgorithm::ed25519_sha256);
  CHECK(signature.header == Canonicalisation::relaxed);
  CHECK(signature.domain == "ourshop.example");
  CHECK(signature.selector == "s2026._x");
  CHECK(signature.identity_domain == "mail.ourshop.example");
  CHECK(signature.names == std::vector<std::string>{"from", "to", "date", "from"});
  CHECK(signature.signed_at == Time(seconds(1795466106)));
  CHECK(signature.expires_at == Time(seconds(1796070906)));
  CHECK(signature.bytes == "ABC");
  CHECK(signature.signature_text == " QU\r\n\tJD ");
  CHECK(signing_domain(value) == "ourshop.example");
}

TEST_CASE("what a signature may leave out") {
  const ReadSignature read = read_signature(with("c", ""));
  REQUIRE(read.signature);
  CHECK(read.signature->header == Canonicalisation::simple);
  CHECK(read.signature->identity_domain == "ourshop.example");
  CHECK_FALSE(read.signature->signed_at);
  CHECK(read_signature(with("q", "q=dns/txt:other")).signature);
  CHECK(read_signature(with("c", "c=RELAXED")).signature);
  CHECK(read_signature(with("l", "l=0")).signature);
  CHECK(read_signature(with("z", "z=From:alice@ourshop.example|To:bob")).signature);
}

TEST_CASE("signatures that are none, each with its reason") {
  const std::pair<const char*, std::string> tags[] = {
      {"v", ""},
      {"v", "v=2"},
      {"v", "v=1.0"},
      {"a", ""},
      {"a", "a=rsa-sha1"},
      {"a", "a=rsa"},
      {"a", "a=dsa-sha256"},
      {"c", "c=nowsp"},
      {"c", "c="},
      {"d", ""},
      {"d", "d=."},
      {"d", "d=a..b"},
      {"d", "d=" + std::string(300, 'a')},
      {"s", ""},
      {"s", "s="},
      {"i", "i=ourshop.example"},
      {"i", "i=@elsewhere.example"},
      {"i", "i=@notourshop.example"},
      {"q", "q=http"},
      {"h", ""},
      {"h", "h="},
      {"h", "h=To:Date"},
      {"h", "h=::"},
      {"t", "t=yesterday"},
      {"t", "t=-1"},
      {"t", "t=1234567890123"},
      {"x", "x="},
      {"l", "l=-5"},
      {"l", "l=" + std::string(77, '1')},
      {"l", "l="},
      {"bh", ""},
      {"bh", "bh=QUJD"},
      {"b", ""},
      {"b", "b="},
      {"b", "b=Q"},
      {"b", "b=<script>"},
      {"b", "b=QUJD; b=QUJD"},
      {"1", "1=x"},
      {"", "no tag"},
  };
  for (const auto& [name, tag] : tags) {
    CAPTURE(name);
    CAPTURE(tag);
    const ReadSignature read = read_signature(with(name, tag));
    CHECK_FALSE(read.signature);
    CHECK_FALSE(read.problem.empty());
  }
  CHECK_FALSE(read_signature("").signature);
  CHECK_FALSE(read_signature(with("t", "t=1000; x=999")).signature);
  std::string names = "h=From";
  for (int i = 0; i < 200; ++i) names += ":From";
  CHECK_FALSE(read_signature(with("h", names)).signature);
  std::string many = with("", "");
  for (int i = 0; i < 60; ++i) many += "z" + std::to_string(i) + "=x;";
  CHECK_FALSE(read_signature(many).signature);
}

}  // namespace unsent
