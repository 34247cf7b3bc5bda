// SPDX-License-Identifier: MIT
#include "evidence/local.h"

#include <doctest/doctest.h>

#include "bounce/original.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

const std::optional<Address> kAlice = Address::parse("alice@ourshop.example");

// Our server's log names one report, about <a1@ourshop.example>.
class NoticeLedger : public Ledger {
 public:
  std::string unavailable;

  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) override {
    const auto* by = std::get_if<ByNotice>(&key);
    if (by == nullptr) return {};
    const bool is_it = by->notice == "9A40BAA8159" || by->notice == "1tEabc-0000Ab-2x";
    SentMessage sent;
    sent.message_ids = {"a1@ourshop.example"};
    return {is_it ? std::vector{sent} : std::vector<SentMessage>(), unavailable};
  }
  LedgerAnswer<SenderRecord> sender(const Address&, Time) override { return {}; }
  LedgerAnswer<std::int64_t> count_sent(const Address&, const Address&, Time, Time) override {
    return {};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {}; }
};

Identity our_identity() {
  Identity identity;
  identity.domains = {*DomainName::parse("ourshop.example")};
  return identity;
}

Facts facts_of(const std::string& header, const std::string& original_id, NoticeLedger& ledger) {
  const Message message = Message::parse(header + "\n");
  Bounce bounce;
  bounce.kind = Kind::bounce;
  Defects defects;
  const std::string id = original_id.empty() ? "" : "Message-ID: <" + original_id + ">\n";
  read_original(bounce.original, "From: alice@ourshop.example\nSubject: x\n" + id, Extent::headers,
                defects);
  const std::vector<Address> senders = {*kAlice};
  const Identity identity = our_identity();
  const std::vector<IpNetwork> relays = {*IpNetwork::parse("192.0.2.0/24")};
  NoDns resolver;
  const OriginCase origin_case{message, bounce, senders, kAlice, identity, relays, resolver};
  const Origin origin(origin_case);
  Facts facts;
  add_local_fact(facts, {message, bounce, identity, origin, {}}, ledger);
  return facts;
}

constexpr const char* kPostfixLocal =
    "Received: by mail.ourshop.example (Postfix)\n"
    "\tid 9A40BAA8159; Mon, 23 Nov 2026 20:35:04 +0000 (UTC)\n";
constexpr const char* kPostfixId =
    "Message-ID: <20261123203504.9A40BAA8159@mail.ourshop.example>\n";
constexpr const char* kFromOurs =
    "Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10])\n"
    "\tby mx.ourshop.example (Postfix) with ESMTP id 4F2A1B33C1; Mon, 23 Nov 2026 20:35:05 +0000\n";
constexpr const char* kFromElsewhere =
    "Received: from mx.remote.example (mx.remote.example [198.51.100.7])\n"
    "\tby mx.ourshop.example (Postfix) with ESMTP id 4F2A1B33C1; Mon, 23 Nov 2026 20:35:05 +0000\n";
constexpr const char* kFromDialup =
    "Received: from mail.ourshop.example (host-198-51-100-7.dyn.example [198.51.100.7])\n"
    "\tby mx.ourshop.example (Postfix) with ESMTP id 4F2A1B33C1; Mon, 23 Nov 2026 20:35:05 +0000\n";
constexpr const char* kEximLocal =
    "Received: from Debian-exim by mail.ourshop.example with local (Exim 4.96)\n"
    "\tid 1tEabc-0000Ab-2x for alice@ourshop.example; Mon, 23 Nov 2026 20:35:04 +0000\n"
    "Message-Id: <E1tEabc-0000Ab-2x@mail.ourshop.example>\n";

}  // namespace

TEST_CASE("a report that our own server's log names is genuine, where it never left our servers") {
  struct Case {
    const char* name;
    std::string header;
    const char* original_id;
    std::optional<PointsTo> points_to;
    Strength strength;
  };
  const std::string postfix = std::string(kPostfixLocal) + kPostfixId;
  const Case cases[] = {
      {"Postfix", postfix, "a1@ourshop.example", PointsTo::genuine, Strength::proof},
      {"Exim", kEximLocal, "a1@ourshop.example", PointsTo::genuine, Strength::proof},
      {"by the queue id in its Received line alone", kPostfixLocal, "a1@ourshop.example",
       PointsTo::genuine, Strength::proof},
      {"handed on by one of our servers", kFromOurs + postfix, "a1@ourshop.example",
       PointsTo::genuine, Strength::proof},
      {"its way is not shown", kPostfixId, "a1@ourshop.example", PointsTo::genuine,
       Strength::strong},
      {"it returns another message", postfix, "b2@ourshop.example", PointsTo::neither,
       Strength::weak},
      {"forged with the number of a true one, from elsewhere", kFromElsewhere + postfix,
       "a1@ourshop.example", PointsTo::neither, Strength::weak},
      {"forged with the number of a true one, from a host under a false name",
       kFromDialup + postfix, "a1@ourshop.example", PointsTo::neither, Strength::weak},
      {"a number that the log does not know",
       "Message-ID: <20261123203504.9A40BAA8150@mail.ourshop.example>\n", "a1@ourshop.example",
       std::nullopt, Strength::weak},
      {"the number under a host that is none of ours",
       "Message-ID: <20261123203504.9A40BAA8159@mail.remote.example>\n", "a1@ourshop.example",
       std::nullopt, Strength::weak},
      {"no sign of any server", "Subject: x\n", "a1@ourshop.example", std::nullopt, Strength::weak},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    NoticeLedger ledger;
    const Facts facts = facts_of(one.header, one.original_id, ledger);
    REQUIRE(facts.empty() == !one.points_to.has_value());
    if (!one.points_to) continue;
    CHECK(facts.front().check == Check::local);
    CHECK(facts.front().points_to == *one.points_to);
    CHECK(facts.front().strength == one.strength);
    ledger.unavailable = "locked";
    CHECK(facts_of(one.header, one.original_id, ledger).empty());
  }
}

TEST_CASE("names of a notice are few, whatever the header holds") {
  std::string header = "Message-ID: <" + std::string(100000, 'x') + "@ourshop.example>\n";
  for (int i = 0; i < 100; ++i)
    header += "Received: by mail.ourshop.example (Postfix) id A" + std::to_string(100000 + i) +
              "; Mon, 23 Nov 2026 20:35:04 +0000\n";
  const Message message = Message::parse(header + "\n");
  const auto names = notice_names(message.headers(), our_identity());
  CHECK(names.size() <= 8);
}

}  // namespace unsent
