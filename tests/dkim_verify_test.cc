// SPDX-License-Identifier: MIT
#include "dkim/verify.h"

#include <doctest/doctest.h>

#include <map>

#include "dkim_signer.h"
#include "map_resolver.h"

namespace unsent {
namespace {

// RFC 8463 appendix A: one header, signed with Ed25519 and with RSA by others.
const std::string kEdSignature =
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    " subject : date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n"
    " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n";
const std::string kRsaSignature =
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    " d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
    " date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n";
const std::string kHeader =
    "From: Joe SixPack <joe@football.example.com>\r\n"
    "To: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\n"
    "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n";
const std::string kEdRecord = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const std::string kRsaRecord =
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6"
    "wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO"
    "9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
constexpr const char* kEdName = "brisbane._domainkey.football.example.com";
constexpr const char* kRsaName = "test._domainkey.football.example.com";

class MapKeys : public RetiredKeys {
 public:
  std::map<std::string, std::string> records;
  std::optional<std::string> record(const std::string& name) override {
    const auto found = records.find(name);
    return found == records.end() ? std::nullopt : std::optional(found->second);
  }
};

std::vector<DkimVerification> verify_all(const std::string& text, Resolver& dns,
                                         RetiredKeys* retired = nullptr) {
  Defects defects;
  const Headers headers = Headers::read(text, defects);
  auto all = verify_ours({headers,
                          [](std::string_view domain) {
                            return domain == "football.example.com" || domain == "ourshop.example";
                          },
                          dns, retired});
  for (DkimVerification& one : all) one.signed_fields.clear();  // they view headers
  return all;
}

DkimResult verify(const std::string& text, Resolver& dns, RetiredKeys* retired = nullptr) {
  const auto all = verify_all(text, dns, retired);
  return all.empty() ? DkimResult::no_signature : all.back().result;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string kTags =
    "v=1; a=ed25519-sha256; d=ourshop.example; s=s1; "
    "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";
const std::string kOurHeader =
    "From: alice@ourshop.example\nTo: bob@remote.example\nSubject: Hi\n"
    "Date: Mon, 23 Nov 2026 10:00:00 +0000\n\n";

}  // namespace

TEST_CASE("signatures of RFC 8463 pass, by either algorithm, without the body") {
  MapResolver dns;
  dns.add(kEdName, DnsType::txt, kEdRecord).add(kRsaName, DnsType::txt, kRsaRecord);
  for (const std::string& signature : {kEdSignature, kRsaSignature}) {
    CHECK(verify(signature + kHeader, dns) == DkimResult::header_pass);
    const std::string lf = replaced(signature + kHeader, "Is dinner", "is\r\n dinner");
    CHECK(verify(lf, dns) == DkimResult::header_fail);
    CHECK(verify(replaced(signature + kHeader, "Is dinner", "Is\r\n\t  dinner"), dns) ==
          DkimResult::header_pass);
    CHECK(verify(replaced(signature + kHeader, "Subject:", "SUBJECT :"), dns) ==
          DkimResult::header_pass);
    CHECK(verify("Received: x\r\n" + signature + "X-Spam: no\r\n" + kHeader, dns) ==
          DkimResult::header_pass);
  }
  const auto both = verify_all(kEdSignature + kRsaSignature + kHeader, dns);
  REQUIRE(both.size() == 1);  // the first that passes is enough
  CHECK(both.front().selector == "brisbane");
  CHECK(both.front().domain == "football.example.com");
  CHECK(both.front().signed_at == Time(seconds(1528637909)));
}

TEST_CASE("whatever is changed in what was signed fails") {
  MapResolver dns;
  dns.add(kEdName, DnsType::txt, kEdRecord).add(kRsaName, DnsType::txt, kRsaRecord);
  const std::pair<const char*, const char*> changes[] = {
      {"joe@", "jim@"},
      {"Suzie Q", "SuzieQ"},
      {"dinner", "Dinner"},
      {"21:00:37", "21:00:38"},
      {"5F8J", "5F8j"},
      {"t=1528637909", "t=1528637910"},
      {"i=@football", "i=@x.football"},
      {"To: Suzie Q <suzie@shopping.example.net>\r\n", ""},
      // h= names From, Subject and Date once more than there are: no other can be added.
      {"From: Joe", "From: x@ourshop.example\r\nFrom: Joe"},
      {"Subject:", "Subject: Buy\r\nSubject:"},
      {"\r\n\r\n", "\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\r\n"},
  };
  for (const auto& [from, to] : changes)
    for (const std::string& signature : {kEdSignature, kRsaSignature}) {
      CAPTURE(from);
      CHECK(verify(replaced(signature + kHeader, from, to), dns) == DkimResult::header_fail);
    }
  for (const char* bytes : {"b=/gCr", "b=F45d"}) {
    const std::string& signature = bytes[2] == '/' ? kEdSignature : kRsaSignature;
    CHECK(verify(replaced(signature + kHeader, bytes, "b=AAAA"), dns) == DkimResult::header_fail);
  }
  CHECK(verify(replaced(kRsaSignature + kHeader, " dA+L10Te", " "), dns) ==
        DkimResult::header_fail);
}

TEST_CASE("why a key cannot be used is told apart") {
  const std::string text = kRsaSignature + kHeader;
  MapResolver none;
  CHECK(verify(text, none) == DkimResult::no_key);
  for (const DnsStatus status : {DnsStatus::temp_error, DnsStatus::timeout, DnsStatus::not_asked}) {
    MapResolver dns;
    dns.fail(kRsaName, DnsType::txt, status);
    const auto all = verify_all(text, dns);
    REQUIRE(all.size() == 1);
    CHECK(all.front().result == DkimResult::temperror);
    CHECK(all.front().note.find(name_of(status)) != std::string::npos);
  }
  const std::pair<std::string, DkimResult> records[] = {
      {"v=DKIM1; p=", DkimResult::key_revoked},
      {"v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL+IfxkVe8lg71rNstW7P7uAHEw2+mqHAaDnJiloYD6s62s"
       "IQVqtNST1PMDF7TlzrMIiF1/zHGqsf6sUMI6ThwMCAwEAAQ==",
       DkimResult::weak_key},
      {"v=spf1 -all", DkimResult::key_bad},
      {kEdRecord, DkimResult::key_bad},  // of the other algorithm
      {replaced(kRsaRecord, "MIGf", "MIGg"), DkimResult::key_bad},
      {replaced(kRsaRecord, "AQAB", "AQAC"), DkimResult::key_bad},  // an even exponent
  };
  for (const auto& [record, result] : records) {
    CAPTURE(record);
    MapResolver dns;
    dns.add(kRsaName, DnsType::txt, record);
    CHECK(verify(text, dns) == result);
  }
  MapResolver two;
  two.add(kRsaName, DnsType::txt, "v=spf1 -all").add(kRsaName, DnsType::txt, kRsaRecord);
  CHECK(verify(text, two) == DkimResult::header_pass);
}

TEST_CASE("a retired key is found where it is kept, and asks no DNS") {
  MapResolver dns;
  dns.add(kRsaName, DnsType::txt, "v=DKIM1; p=");
  MapKeys retired;
  CHECK(verify(kRsaSignature + kHeader, dns, &retired) == DkimResult::key_revoked);
  retired.records[kRsaName] = kRsaRecord;
  dns.asked.clear();
  CHECK(verify(kRsaSignature + kHeader, dns, &retired) == DkimResult::header_pass);
  CHECK(dns.asked.empty());
  retired.records[kRsaName] = "rubbish";  // then the DNS has the word
  CHECK(verify(kRsaSignature + kHeader, dns, &retired) == DkimResult::key_revoked);
}

TEST_CASE("nobody is asked about headers without a signature of ours") {
  MapResolver dns;
  dns.add(kRsaName, DnsType::txt, kRsaRecord);
  const std::string theirs = replaced(kRsaSignature, "d=football.example.com", "d=other.example");
  for (const std::string& text :
       {kHeader, theirs + kHeader, "DKIM-Signature: rubbish\r\n" + kHeader, std::string(),
        replaced(kRsaSignature, "d=football", "d=notfootball") + kHeader})
    CHECK(verify_all(text, dns).empty());
  CHECK(dns.asked.empty());
}

TEST_CASE("200 signatures cost five questions") {
  MapResolver dns;
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += replaced(kRsaSignature, "s=test", "s=test" + std::to_string(i));
  CHECK(verify_all(text + kHeader, dns).size() == kMostSignatures);
  CHECK(dns.asked.size() == kMostSignatures);
}

TEST_CASE("simple form takes no refolding, but any line end") {
  const DkimSigner signer;
  MapResolver dns;
  dns.add("s1._domainkey.ourshop.example", DnsType::txt, signer.record());
  const std::string text = signer.sign(kOurHeader, kTags + "; c=simple; h=From:To:Subject:Date");
  CHECK(verify(text, dns) == DkimResult::header_pass);
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(verify(crlf, dns) == DkimResult::header_pass);
  CHECK(verify(replaced(text, "Subject: Hi", "Subject:  Hi"), dns) == DkimResult::header_fail);
  CHECK(verify(replaced(text, "Subject: Hi", "subject: Hi"), dns) == DkimResult::header_fail);
  CHECK(verify(replaced(text, "To: bob", "To:\n bob"), dns) == DkimResult::header_fail);
}

TEST_CASE("a signed field that stands twice is told, unless h= forbids it") {
  const DkimSigner signer;
  MapResolver dns;
  dns.add("s1._domainkey.ourshop.example", DnsType::txt, signer.record());
  const std::string once = signer.sign(kOurHeader, kTags + "; c=relaxed; h=From:To:Date");
  CHECK(verify_all(once, dns).front().unsigned_double.empty());
  const auto twice = verify_all("To: eve@stranger.example\n" + once, dns);
  CHECK(twice.front().result == DkimResult::header_pass);
  CHECK(twice.front().unsigned_double == "to");
  // Subject is not signed at all: two of them are nobody's concern.
  CHECK(verify_all("Subject: x\n" + once, dns).front().unsigned_double.empty());
  const std::string over = signer.sign(kOurHeader, kTags + "; c=relaxed; h=From:To:Date:To");
  CHECK(verify("To: eve@stranger.example\n" + over, dns) == DkimResult::header_fail);
}

TEST_CASE("a key for the very domain signs for no subdomain") {
  const DkimSigner signer;
  MapResolver dns;
  dns.add("s1._domainkey.ourshop.example", DnsType::txt, signer.record() + "; t=s");
  CHECK(verify(signer.sign(kOurHeader, kTags + "; h=From"), dns) == DkimResult::header_pass);
  CHECK(verify(signer.sign(kOurHeader, kTags + "; i=@x.ourshop.example; h=From"), dns) ==
        DkimResult::key_bad);
}

TEST_CASE("l= is of the body, which is not looked at: it neither helps nor harms") {
  const DkimSigner signer;
  MapResolver dns;
  dns.add("s1._domainkey.ourshop.example", DnsType::txt, signer.record());
  const std::string text = signer.sign(kOurHeader, kTags + "; l=0; h=From:To");
  CHECK(verify(text + "anything at all", dns) == DkimResult::header_pass);
  CHECK(verify(replaced(text, "l=0", "l=1"), dns) == DkimResult::header_fail);
  CHECK(verify(replaced(text, "l=0", "l=x"), dns) == DkimResult::unsupported);
}

}  // namespace unsent
