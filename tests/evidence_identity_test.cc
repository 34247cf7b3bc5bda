// SPDX-License-Identifier: MIT
#include "evidence/identity.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace unsent {
namespace {

std::vector<std::string> inside(const std::string& text) {
  const auto address = Address::parse(text);
  REQUIRE(address);
  std::vector<std::string> found;
  for (const Address& candidate : unwrap(*address).candidates) found.push_back(candidate.text());
  REQUIRE_FALSE(found.empty());
  CHECK(found.front() == address->text());
  found.erase(found.begin());
  return found;
}

Identity ours() {
  Identity identity;
  identity.domains = {*DomainName::parse("ourshop.example")};
  identity.addresses = {*Address::parse("alice@webmail.example")};
  return identity;
}

}  // namespace

TEST_CASE("what was put around an address on the way out is taken off") {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"alice@ourshop.example", {}},
      {"prvs=3788cc395f=alice@ourshop.example", {"alice@ourshop.example"}},
      {"PRVS=3788CC395F=Alice@ourshop.example", {"Alice@ourshop.example"}},
      {"prvs=3788cc395f=a=b@ourshop.example", {"a=b@ourshop.example"}},
      {"prvs=3788cc395f=alice+x@ourshop.example",
       {"alice+x@ourshop.example", "alice@ourshop.example"}},
      {"btv1==0123456789a==alice@ourshop.example", {"alice@ourshop.example"}},
      {"msprvs1=17539abcdef=alice@ourshop.example", {"alice@ourshop.example"}},
      {"SRS0=hash=TT=remote.example=bob@ourshop.example", {"bob@remote.example"}},
      {"srs0+hash=TT=remote.example=bob=c@ourshop.example", {"bob=c@remote.example"}},
      {"SRS0-h=TT=remote.example=prvs=3788cc395f=bob@ourshop.example",
       {"prvs=3788cc395f=bob@remote.example", "bob@remote.example"}},
      {"SRS1=hash=first.example==hash=TT=remote.example=bob@ourshop.example",
       {"bob@remote.example"}},
      {"SRS1+hash=first.example=+hash=TT=remote.example=bob@ourshop.example",
       {"bob@remote.example"}},
      {"alice+bob=remote.example@ourshop.example", {"alice@ourshop.example"}},
      {"alice-bob=remote.example@ourshop.example", {"alice@ourshop.example"}},
      {"list-bounces+bob-x=remote.example@ourshop.example",
       {"list@ourshop.example", "list-bounces@ourshop.example",
        "list-bounces+bob@ourshop.example"}},
      {"alice+detail@ourshop.example", {"alice@ourshop.example"}},
  };
  for (const auto& [text, wanted] : cases) {
    CAPTURE(std::string(text));
    CHECK(inside(text) == wanted);
  }
}

TEST_CASE("what only looks wrapped holds nothing") {
  for (const char* text : {"prvs=@ourshop.example",         "prvs=3788cc395f@ourshop.example",
                           "prvs==@ourshop.example",        "btv1==x=alice@ourshop.example",
                           "btv1==@ourshop.example",        "msprvs1=@ourshop.example",
                           "SRS0=@ourshop.example",         "SRS0=a=b@ourshop.example",
                           "SRS0=a=b=c@ourshop.example",    "SRS0====@ourshop.example",
                           "SRS1=a@ourshop.example",        "SRS1=a=b=@ourshop.example",
                           "SRS1=a=b==c=d@ourshop.example", "SRS0@ourshop.example",
                           "SRS1@ourshop.example",          "+alice@ourshop.example",
                           "a=b@ourshop.example",           "a-b=nodot@ourshop.example",
                           "a-b=..@ourshop.example",        "=@ourshop.example"}) {
    CAPTURE(std::string(text));
    CHECK(inside(text).empty());
  }
}

TEST_CASE("wrappings within wrappings end") {
  std::string local;
  for (int i = 0; i < 10; ++i) local += "prvs=3788cc395f=";
  CHECK(inside(local + "a@ourshop.example").size() == 7);
  std::string many = "a";
  for (int i = 0; i < 10; ++i) many += "-a+a";
  CHECK(inside(many + "=remote.example@ourshop.example").size() <= 7);
}

TEST_CASE("an SRS address around a stranger means that we only forwarded") {
  const std::pair<const char*, bool> cases[] = {
      {"SRS0=h=TT=remote.example=bob@ourshop.example", true},
      {"SRS1=h=first.example==h=TT=remote.example=bob@ourshop.example", true},
      {"SRS0=h=TT=ourshop.example=alice@forwarder.example", false},
      {"SRS0=h=TT=webmail.example=alice@ourshop.example", false},
      {"SRS0=h=TT=webmail.example=prvs=3788cc395f=alice@ourshop.example", false},
      {"SRS0=broken@ourshop.example", false},
      {"alice@ourshop.example", false},
      {"bob@remote.example", false},
  };
  for (const auto& [text, is_forwarded] : cases) {
    CAPTURE(std::string(text));
    CHECK(is_only_forwarded(*Address::parse(text), ours()) == is_forwarded);
  }
}

TEST_CASE("an alias is ours, and whom it stands for sent it") {
  Identity identity = ours();
  const Address sales = *Address::parse("sales@brand.example");
  CHECK_FALSE(identity.is_ours(sales));
  identity.aliases = {{sales, *Address::parse("alice@ourshop.example")}};
  CHECK(identity.is_ours(sales));
  CHECK(identity.is_ours(*Address::parse("SALES@Brand.example")));
  std::vector<Address> senders = {sales};
  add_aliases(senders, identity);
  REQUIRE(senders.size() == 2);
  CHECK(senders.back().text() == "alice@ourshop.example");
  add_aliases(senders, identity);
  CHECK(senders.size() == 2);
}

}  // namespace unsent
