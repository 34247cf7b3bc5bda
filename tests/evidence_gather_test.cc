// SPDX-License-Identifier: MIT
#include "evidence/gather.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "bounce/original.h"
#include "map_resolver.h"

namespace unsent {
namespace {

// Of one message, to bob@remote.example.
class OneMessageLedger : public Ledger {
 public:
  OneMessageLedger(bool wants_proofs, bool is_complete)
      : wants_proofs_(wants_proofs), is_complete_(is_complete) {
    sent_.message_ids = {"a1@ourshop.example"};
    sent_.from = "alice@ourshop.example";
    sent_.date = *parse_rfc3339("2026-11-23T09:00:00Z");
    sent_.subject = comparable_subject("Your order");
    sent_.recipients = {sent_recipient(*Address::parse("bob@remote.example"))};
  }
  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) override {
    const auto* by = std::get_if<ByMessageId>(&key);
    const bool is_it = by != nullptr && by->id == sent_.message_ids.front();
    return {is_it ? std::vector{sent_} : std::vector<SentMessage>(), {}};
  }
  LedgerAnswer<SenderRecord> sender(const Address&, Time) override {
    SenderRecord record;
    record.wants_proofs = wants_proofs_;
    record.coverage = {is_complete_, "complete"};
    return {record, {}};
  }
  LedgerAnswer<std::int64_t> count_sent(const Address&, const Address&, Time, Time) override {
    return {};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {}; }

 private:
  SentMessage sent_;
  bool wants_proofs_;
  bool is_complete_;
};

void fill(MapResolver& dns) {
  dns.add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 -all")
      .add("mail.ourshop.example", DnsType::a, "192.0.2.10")
      .add("remote.example", DnsType::mx, "mx.remote.example")
      .add("remote.example", DnsType::txt, "v=spf1 mx -all")
      .add("other.example", DnsType::mx, "mx.remote.example")
      .add("mx.remote.example", DnsType::a, "203.0.113.5")
      .add("final.example", DnsType::mx, "mx.final.example")
      .add("mx.final.example", DnsType::a, "203.0.113.50")
      .add("mx.evil.example", DnsType::a, "203.0.113.66");
}

struct Given {
  const char* id = "a1@ourshop.example";
  const char* greeting = "mx.remote.example";  // of who brought the bounce
  bool wants_proofs = false;
  const char* recipient = "bob@remote.example";
  const char* original_recipient = "";
  const char* rule = "dsn";
  const char* client = "mail.ourshop.example (mail.ourshop.example [192.0.2.10])";
  const char* writer = "mx.remote.example";                 // of that line
  const char* bringer = "mx.remote.example [203.0.113.5]";  // as our own line has it
  const char* envelope = "alice@ourshop.example";
  const char* fields = "";  // more of the original
  bool is_complete = false;
};

struct Heard {
  Facts facts;
  std::set<std::string> asked;

  bool is_said_not_asked() const {
    return std::any_of(facts.begin(), facts.end(), [](const Fact& fact) {
      return fact.check == Check::origin && fact.detail.starts_with("not asked");
    });
  }
};

Heard hear(const Given& given) {
  MapResolver dns;
  fill(dns);
  OneMessageLedger ledger(given.wants_proofs, given.is_complete);
  Premises premises;
  premises.identity.domains = {*DomainName::parse("ourshop.example")};
  Bounce bounce;
  bounce.kind = Kind::bounce;
  bounce.reporter = "mx.remote.example";
  bounce.rule = given.rule;
  bounce.recipients.emplace_back().address = given.recipient;
  bounce.recipients.front().original = given.original_recipient;
  Defects defects;
  read_original(bounce.original,
                "Received: from " + std::string(given.client) + " by " + given.writer +
                    " with ESMTP; Mon, 23 Nov 2026 10:00:00 +0000\n"
                    "From: alice@ourshop.example\nTo: bob@remote.example\nMessage-ID: <" +
                    std::string(given.id) + ">\n" + given.fields + "\n",
                Extent::headers, defects);
  const Message message =
      Message::parse("Received: from " + std::string(given.greeting) + " (" + given.bringer +
                     ") by mx.ourshop.example with ESMTP; Mon, 23 Nov 2026 "
                     "10:00:01 +0000\nFrom: MAILER-DAEMON@remote.example\n\n");
  Witnesses witnesses;
  witnesses.ledger = &ledger;
  witnesses.resolver = &dns;
  witnesses.now = *parse_rfc3339("2026-11-24T00:00:00Z");
  Evidence evidence = gather(message, bounce, Address::parse(given.envelope), premises, witnesses);
  return {std::move(evidence.facts), {dns.asked.begin(), dns.asked.end()}};
}

}  // namespace

TEST_CASE("a proof by the ledger needs no SPF, no PTR and no MX, and says so") {
  const Heard heard = hear({});
  CHECK(heard.facts.front().strength == Strength::proof);
  CHECK(heard.is_said_not_asked());
  CHECK(heard.asked == std::set<std::string>{"TXT ourshop.example", "A mx.remote.example"});
}

TEST_CASE("whoever greets with another's name is asked about, though the ledger has the message") {
  const Heard heard = hear({.greeting = "mx.elsewhere.example"});
  CHECK(heard.is_said_not_asked());
  CHECK(heard.asked == std::set<std::string>{"TXT ourshop.example", "A mx.remote.example",
                                             "A mx.elsewhere.example", "MX remote.example"});
}

TEST_CASE("a recipient that only who handed it over claims is no proof where he is a stranger") {
  constexpr const char* kZombie = "x (unknown [198.51.100.7])";
  constexpr const char* kClaimed = "bob@remote.example";
  const auto first = [](const Given& given) {
    const Heard heard = hear(given);
    return heard.facts.front();
  };
  const Given replayed{
      .recipient = "eve@other.example", .original_recipient = kClaimed, .client = kZombie};
  CHECK(first(replayed).check == Check::replay);
  CHECK(first(replayed).points_to == PointsTo::backscatter);
  const Given by_us{.recipient = "eve@other.example", .original_recipient = kClaimed};
  CHECK(first(by_us).points_to == PointsTo::genuine);
  CHECK(first(by_us).strength == Strength::strong);
  const Given by_nobody{.recipient = "eve@other.example",
                        .original_recipient = kClaimed,
                        .client = "x",
                        .writer = "mx.remote.example (MDaemon PRO v22.0.1)"};
  CHECK(first(by_nobody).points_to == PointsTo::neither);
  Given expanded = by_nobody;
  expanded.rule = "sendmail";
  CHECK(first(expanded).strength == Strength::proof);
  const Given to_him{.original_recipient = kClaimed, .client = kZombie};
  CHECK(first(to_him).strength == Strength::proof);
}

TEST_CASE("that one to whom we sent it handed it on is the word of who brought the report") {
  constexpr const char* kRemote = "mx.remote.example (mx.remote.example [203.0.113.5])";
  constexpr const char* kSrs = "SRS0=Hk7p=XV=ourshop.example=alice@ourshop.example";
  const auto by_ledger = [](const Given& given) {
    const Heard heard = hear(given);
    const Fact& fact = heard.facts.front();
    REQUIRE(fact.check == Check::ledger);
    return fact.points_to == PointsTo::genuine && fact.strength == Strength::strong;
  };
  const Given handed_on{.greeting = "mx.final.example",
                        .recipient = "eve@final.example",
                        .client = kRemote,
                        .writer = "mx.final.example",
                        .bringer = "mx.final.example [203.0.113.50]"};
  CHECK(by_ledger(handed_on));
  Given told = handed_on;
  told.greeting = "mx.evil.example";
  told.bringer = "mx.evil.example [203.0.113.66]";
  CHECK_FALSE(by_ledger(told));
  told.envelope = kSrs;
  CHECK_FALSE(by_ledger(told));
  // A server of both, to which anybody may have handed it.
  CHECK_FALSE(by_ledger(
      {.recipient = "eve@other.example", .client = kRemote, .writer = "lan.remote.example"}));
  // He to whom we sent it reports himself on whom he meant to hand it on to.
  CHECK(by_ledger({.recipient = "eve@final.example"}));
  CHECK_FALSE(by_ledger({.recipient = "eve@other.example"}));
  CHECK_FALSE(by_ledger({.recipient = "eve@final.example",
                         .client = "x",
                         .writer = "mx.remote.example (MDaemon PRO v22.0.1)"}));
}

TEST_CASE("a neighbour of a recipient's proves nothing where a stranger handed it over") {
  const Heard by_us = hear({.recipient = "carol@remote.example"});
  CHECK(by_us.facts.front().strength == Strength::strong);
  const Heard by_zombie =
      hear({.recipient = "carol@remote.example", .client = "x (unknown [198.51.100.7])"});
  CHECK(by_zombie.facts.front().strength == Strength::weak);
}

TEST_CASE("another Subject under a true id is in doubt where a stranger may have handed it over") {
  constexpr const char* kZombie = "x (unknown [198.51.100.7])";
  constexpr const char* kRemote = "mx.remote.example (mx.remote.example [203.0.113.5])";
  constexpr const char* kSame = "Date: Mon, 23 Nov 2026 09:00:00 +0000\nSubject: Your order\n";
  constexpr const char* kTagged =
      "Date: Mon, 23 Nov 2026 09:00:00 +0000\nSubject: [EXTERNAL] Your order\n";
  constexpr const char* kOther = "Date: Mon, 23 Nov 2026 09:00:00 +0000\nSubject: Watches\n";
  constexpr const char* kLater = "Date: Mon, 23 Nov 2026 15:00:00 +0000\nSubject: Watches\n";
  const auto handed_on = [](const char* fields) {
    return Given{.greeting = "mx.final.example",
                 .recipient = "eve@final.example",
                 .client = kRemote,
                 .writer = "mx.final.example",
                 .bringer = "mx.final.example [203.0.113.50]",
                 .fields = fields};
  };
  struct Row {
    const char* name;
    Given given;
    const char* facts;  // the ledger's, and of a replay
  };
  const Row rows[] = {
      {"the same, by a stranger", {.client = kZombie, .fields = kSame}, "genuine proof"},
      {"a mark alone, by a stranger", {.client = kZombie, .fields = kTagged}, "genuine proof"},
      {"another Subject, by us", {.fields = kOther}, "genuine proof"},
      {"another Subject, by a stranger",
       {.client = kZombie, .fields = kOther},
       "genuine strong, backscatter strong"},
      {"another Subject and Date, by us", {.fields = kLater}, "genuine strong"},
      {"another Subject and Date, by a stranger",
       {.client = kZombie, .fields = kLater},
       "genuine strong, backscatter strong"},
      {"the same, handed on", handed_on(kSame), "genuine strong"},
      {"another Subject, handed on", handed_on(kOther), "genuine strong, backscatter strong"},
      {"the same under a list's From, handed on",
       handed_on("From: talk@remote.example\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n"
                 "Subject: Your order\n"),
       "genuine strong"},
      {"the same, to a neighbour",
       {.recipient = "carol@remote.example", .fields = kSame},
       "genuine strong"},
      {"another Subject, to a neighbour",
       {.recipient = "carol@remote.example", .fields = kOther},
       "genuine weak"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    std::string facts;
    for (const Fact& fact : hear(row.given).facts)
      if (fact.check == Check::ledger || fact.check == Check::replay)
        facts += (facts.empty() ? "" : ", ") + std::string(name_of(fact.points_to)) + " " +
                 std::string(name_of(fact.strength));
    CHECK(facts == row.facts);
  }
}

TEST_CASE("what a program of ours sent is not missed where our server handed it over") {
  const auto is_missed = [](const char* fields, const char* client) {
    const Heard heard =
        hear({.id = "v1@ourshop.example", .client = client, .fields = fields, .is_complete = true});
    return std::any_of(heard.facts.begin(), heard.facts.end(), [](const Fact& fact) {
      return fact.check == Check::ledger && fact.points_to == PointsTo::backscatter;
    });
  };
  constexpr const char* kReceipt = "Content-Type: multipart/report\n";
  CHECK_FALSE(is_missed(kReceipt, Given{}.client));
  CHECK(is_missed(kReceipt, "x (unknown [198.51.100.7])"));
  CHECK(is_missed("", Given{}.client));
}

TEST_CASE("a reply is its bringer's word, as a report is") {
  const auto is_genuine = [](const char* bringer) {
    MapResolver dns;
    fill(dns);
    OneMessageLedger ledger(false, false);
    Premises premises;
    premises.identity.domains = {*DomainName::parse("ourshop.example")};
    Bounce reply;
    reply.kind = Kind::auto_reply;
    reply.references = {"a1@ourshop.example"};
    const Message message =
        Message::parse(std::string("Received: from ") + bringer +
                       " by mx.ourshop.example with ESMTP; Mon, 23 Nov 2026 10:00:01 +0000\n"
                       "From: Bob <bob@remote.example>\nSubject: Away\n\n");
    Witnesses witnesses;
    witnesses.ledger = &ledger;
    witnesses.resolver = &dns;
    witnesses.now = *parse_rfc3339("2026-11-24T00:00:00Z");
    const Evidence evidence =
        gather(message, reply, Address::parse("alice@ourshop.example"), premises, witnesses);
    return evidence.facts.front().points_to == PointsTo::genuine;
  };
  CHECK(is_genuine("mx.remote.example (mx.remote.example [203.0.113.5])"));
  CHECK(is_genuine("mx.evil.example (mx.evil.example [203.0.113.66])"));  // his provider, perhaps
  CHECK_FALSE(is_genuine("mail.ourshop.example (unknown [198.51.100.7])"));
}

TEST_CASE("what proves nothing by the ledger, or measures it, is asked of all") {
  for (const Given& given : {Given{.id = "other@ourshop.example"}, Given{.wants_proofs = true}}) {
    CAPTURE(given.id);
    const Heard heard = hear(given);
    CHECK_FALSE(heard.is_said_not_asked());
    CHECK(heard.asked.count("A mail.ourshop.example") == 1);
  }
}

}  // namespace unsent
