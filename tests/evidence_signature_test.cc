// SPDX-License-Identifier: MIT
#include "evidence/signature.h"

#include <doctest/doctest.h>

#include "bounce/original.h"
#include "dkim_signer.h"
#include "map_resolver.h"

namespace unsent {
namespace {

const Address kAlice = *Address::parse("alice@ourshop.example");
const Time kNow = *parse_rfc3339("2026-11-24T00:00:00Z");
constexpr const char* kHash = "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";

// A ledger that knows of mail to one address.
class OneRecipient : public Ledger {
 public:
  std::string to;
  LedgerAnswer<std::vector<SentMessage>> find(const SentKey&) override { return {}; }
  LedgerAnswer<SenderRecord> sender(const Address&, Time) override { return {}; }
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time until) override {
    const bool is_it = sender == kAlice && recipient.text() == to && from < kNow && until > from;
    return {is_it ? 1 : 0, {}};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {}; }
};

struct Given {
  std::string recipient = "bob@remote.example";
  bool is_guessed = false;
  std::string tags = "t=1795428000; h=From:To:Cc:Date:Subject";  // 2026-11-23T10:00:00Z
  std::string to = "bob@remote.example";
  std::string date = "Mon, 23 Nov 2026 10:00:00 +0000";
  std::string from = "Alice <alice@ourshop.example>";
  std::string put_before = {};  // fields that were not there when it was signed
  std::string arrived = "from mx.remote.example (mx.remote.example [203.0.113.5])";
  std::string border = "from mail.ourshop.example (mail.ourshop.example [192.0.2.10])";
  std::string in_ledger = {};
  std::string domain = "ourshop.example";
  bool knows_domain = true;
  bool has_key = true;
};

void fill(MapResolver& dns) {
  dns.add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 -all")
      .add("mx.remote.example", DnsType::a, "203.0.113.5")
      .add("5.113.0.203.in-addr.arpa", DnsType::ptr, "mx.remote.example")
      .add("fwd.forwarder.example", DnsType::a, "203.0.113.90")
      .add("90.113.0.203.in-addr.arpa", DnsType::ptr, "fwd.forwarder.example");
}

Bounce make_bounce(const Given& given, const DkimSigner& signer) {
  const std::string header = "From: " + given.from + "\nTo: " + given.to +
                             "\nSubject: Your order\nDate: " + given.date +
                             "\nMessage-ID: <a1@ourshop.example>\n\n";
  const std::string tags = "v=1; a=ed25519-sha256; c=relaxed/relaxed; s=s1; d=" + given.domain +
                           "; " + kHash + "; " + given.tags;
  Bounce bounce;
  bounce.kind = Kind::bounce;
  bounce.reporter = "mx.remote.example";
  if (!given.recipient.empty()) bounce.recipients.emplace_back().address = given.recipient;
  if (!given.recipient.empty()) bounce.recipients.back().is_guessed = given.is_guessed;
  Defects defects;
  read_original(bounce.original,
                "Received: " + given.border +
                    " by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n" + given.put_before +
                    signer.sign(header, tags),
                Extent::headers, defects);
  return bounce;
}

std::string fact_of(const Given& given) {
  const DkimSigner signer;
  MapResolver dns;
  fill(dns);
  if (given.has_key) dns.add("s1._domainkey." + given.domain, DnsType::txt, signer.record());
  const Bounce bounce = make_bounce(given, signer);
  Identity identity;
  if (given.knows_domain) identity.domains = {*DomainName::parse("ourshop.example")};
  if (!given.knows_domain) identity.addresses = {kAlice};
  const std::optional<Address> recipient = kAlice;
  const std::vector<Address> senders = {kAlice};
  const std::vector<IpNetwork> relays;
  const Message message = Message::parse("Received: " + given.arrived +
                                         " by mx.ourshop.example; Mon, 23 Nov 2026 10:00:05 "
                                         "+0000\n\n");
  const OriginCase one{message, bounce, senders, recipient, identity, relays, dns};
  const Origin origin(one);
  OneRecipient ledger;
  ledger.to = given.in_ledger;
  Facts facts;
  add_signature_facts(facts,
                      {bounce, identity, origin, dns, nullptr, &ledger, kNow, seconds(60 * 86400)});
  if (facts.empty()) return "none";
  REQUIRE(facts.size() == 1);
  CHECK(facts.front().check == Check::signature);
  return std::string(name_of(facts.front().points_to)) + " " +
         std::string(name_of(facts.front().strength)) + ": " + facts.front().detail;
}

}  // namespace

TEST_CASE("a signature of ours counts for those to whom the message was addressed") {
  const std::pair<const char*, Given> cases[] = {
      {"a recipient in To", {}},
      {"in other case", {.recipient = "BOB@Remote.example"}},
      {"one of several, folded", {.to = "Eve <eve@other.example>,\n\tBob <bob@remote.example>"}},
      {"in Cc", {.to = "eve@other.example\nCc: bob@remote.example"}},
      {"a blind copy that the ledger knows",
       {.recipient = "bcc@secret.example", .in_ledger = "bcc@secret.example"}},
      {"forwarded by a signed recipient's server",
       {.recipient = "final@elsewhere.example",
        .to = "bob@forwarder.example",
        .border = "from fwd.forwarder.example (fwd.forwarder.example [203.0.113.90])"}},
      {"known by address alone: the domain signs for its own user", {.knows_domain = false}},
      {"no t=, but a signed Date", {.tags = "h=From:To:Date"}},
      {"expired since, as x= has it", {.tags = "t=1795428000; x=1795430000; h=From:To:Date"}},
  };
  for (const auto& [name, given] : cases) {
    CAPTURE(std::string(name));
    const std::string fact = fact_of(given);
    CAPTURE(fact);
    CHECK(fact.substr(0, 16) == "genuine strong: ");
  }
}

TEST_CASE("a valid signature that proves nothing, and why") {
  struct Case {
    const char* name;
    Given given;
    const char* reason;
  };
  const Case cases[] = {
      {"replayed to a stranger", {.recipient = "eve@stranger.example"}, "replayed"},
      {"no recipient reported", {.recipient = ""}, "replayed"},
      {"a stranger, with himself in an unsigned Cc",
       {.recipient = "eve@stranger.example",
        .tags = "t=1795428000; h=From:To:Date",
        .to = "bob@remote.example\nCc: eve@stranger.example"},
       "replayed"},
      {"a second To above the signed one",
       {.recipient = "eve@stranger.example", .put_before = "To: eve@stranger.example\n"},
       "a second to"},
      {"a To that was never signed", {.tags = "t=1795428000; h=From:Date"}, "replayed"},
      {"brought by a stranger who lies",
       {.arrived = "from mx.remote.example (unknown [198.51.100.99])"},
       "no part in it"},
      {"signed too long ago", {.tags = "t=1780000000; h=From:To"}, "too long ago"},
      {"a fresh t= is believed, a stale Date without one is not",
       {.tags = "h=From:To:Date", .date = "Sat, 01 Nov 2025 10:00:00 +0000"},
       "too long ago"},
      {"signed tomorrow and later", {.tags = "t=1795700000; h=From:To"}, "in the future"},
      {"nothing signed says when", {.tags = "h=From:To"}, "says when"},
      {"expired long since", {.tags = "t=1793000000; x=1794000000; h=From:To"}, "expired"},
      {"our server signed for somebody else",
       {.from = "eve@stranger.example"},
       "no address of ours"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const std::string fact = fact_of(one.given);
    CHECK(fact.substr(0, 14) == "neither weak: ");
    CHECK(fact.find(one.reason) != std::string::npos);
  }
}

TEST_CASE("a recipient that only free text names makes it weak") {
  CHECK(fact_of({.is_guessed = true}).substr(0, 14) == "genuine weak: ");
  CHECK(fact_of({.recipient = "eve@stranger.example", .is_guessed = true}).substr(0, 14) ==
        "neither weak: ");
}

TEST_CASE("what does not verify points nowhere, and what is not ours is not looked at") {
  CHECK(fact_of({.has_key = false}).find("no-key") != std::string::npos);
  CHECK(fact_of({.has_key = false}).substr(0, 14) == "neither weak: ");
  CHECK(fact_of({.tags = "h=To"}).find("unsupported") != std::string::npos);
  CHECK(fact_of({.tags = "h=From:To", .put_before = "DKIM-Signature: v=1; d=ourshop.example\n"})
            .find("says when") != std::string::npos);
  CHECK(fact_of({.domain = "provider.example"}) == "none");
  CHECK(fact_of({.domain = "ourshop.example.evil.example"}) == "none");
  CHECK(fact_of({.domain = "example"}) == "none");
  CHECK(fact_of({.domain = "provider.example", .knows_domain = false}) == "none");
}

}  // namespace unsent
