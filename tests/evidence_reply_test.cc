// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "bounce/original.h"
#include "evidence/other_facts.h"

namespace unsent {
namespace {

const Address kAlice = *Address::parse("alice@ourshop.example");
const Time kNow = *parse_rfc3339("2026-11-24T00:00:00Z");

// Knows <a1@ourshop.example>, sent to bob@remote.example, and something that went to carol;
// complete since a time.
class ReplyLedger : public Ledger {
 public:
  Time sent_to_carol = *parse_rfc3339("2026-11-22T10:00:00Z");
  Time complete_since = *parse_rfc3339("2026-11-01T00:00:00Z");
  std::string unavailable;
  bool has_one_without_id = false;
  std::optional<Fingerprint> print =
      make_fingerprint("alice@ourshop.example", "Mon, 23 Nov 2026 08:00:00 +0000", "Order 7");

  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) override {
    const auto* by = std::get_if<ByMessageId>(&key);
    SentMessage sent;
    sent.recipients = {sent_recipient(*Address::parse("bob@remote.example"))};
    const bool is_it =
        by != nullptr ? by->id == "a1@ourshop.example" : std::get<Fingerprint>(key) == *print;
    return {is_it ? std::vector{sent} : std::vector<SentMessage>(), unavailable};
  }
  LedgerAnswer<SenderRecord> sender(const Address& sender, Time at) override {
    return {{false, {sender == kAlice && at >= complete_since, "complete"}}, unavailable};
  }
  LedgerAnswer<std::int64_t> count_sent(const Address&, const Address& to, Time from,
                                        Time until) override {
    const bool is_it =
        to.text() == "carol@remote.example" && from <= sent_to_carol && sent_to_carol <= until;
    return {is_it ? 1 : 0, unavailable};
  }
  LedgerAnswer<std::int64_t> count_without_id(const Address& sender, Time, Time) override {
    return {sender == kAlice && has_one_without_id ? 1 : 0, unavailable};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {}; }
};

std::string fact_of(const std::string& header, const std::vector<std::string>& answered,
                    ReplyLedger& ledger) {
  const Message message = Message::parse(header + "\n");
  Bounce bounce;
  bounce.kind = Kind::auto_reply;
  bounce.references = answered;
  Identity identity;
  identity.domains = {*DomainName::parse("ourshop.example")};
  identity.id_hosts = {{"mailer.other.example", 30}};
  const std::vector<Address> senders = {kAlice};
  Facts facts;
  add_reply_facts(facts, {message, bounce, senders, identity, ledger, kNow});
  REQUIRE(facts.size() == 1);
  const Fact& fact = facts.front();
  CHECK_FALSE(fact.source.empty());
  return std::string(name_of(fact.check)) + " " + std::string(name_of(fact.points_to)) + " " +
         std::string(name_of(fact.strength));
}

}  // namespace

TEST_CASE("a reply is known by what it answers, and by nothing else") {
  const std::string from_bob =
      "From: Bob <bob@mail.remote.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n";
  const std::string from_carol =
      "From: Carol <carol@remote.example>\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n";
  const std::string from_stranger =
      "From: x@elsewhere.example\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n";
  struct Row {
    const char* name;
    std::string header;
    std::vector<std::string> answered;
    const char* fact;
  };
  const Row rows[] = {
      {"of a recipient, to what we sent him",
       from_bob,
       {"a1@ourshop.example"},
       "reply-id genuine strong"},
      {"of a recipient, to a thread of ours",
       from_bob,
       {"t9@tickets.remote.example", "a1@ourshop.example"},
       "reply-id genuine strong"},
      {"of a stranger", from_stranger, {"a1@ourshop.example"}, "reply-id neither weak"},
      {"to an id that claims to be ours, and is not there",
       from_bob,
       {"f1@ourshop.example"},
       "ledger backscatter strong"},
      {"to an id of a host that our ids have",
       from_bob,
       {"f1@mailer.other.example"},
       "ledger backscatter strong"},
      {"to an id of a ticket, or of a relay that renamed ours",
       from_bob,
       {"t9@tickets.remote.example"},
       "reply-id neither weak"},
      {"to an id of a host that our ids have, of one to whom we wrote: perhaps renamed",
       from_carol,
       {"f1@mailer.other.example"},
       "reply-id neither weak"},
      {"to an id of our own host, of one to whom we wrote: perhaps our server gave it",
       from_carol,
       {"f1@ourshop.example"},
       "reply-id neither weak"},
      {"to an id of a host that our ids have, of one to whom we wrote later",
       "From: carol@remote.example\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n",
       {"f1@mailer.other.example"},
       "ledger backscatter strong"},
      {"to nothing that it names", from_bob, {}, "reply-id neither weak"},
      {"the original may be older than the ledger is complete",
       "From: bob@remote.example\nDate: Wed, 4 Nov 2026 10:00:00 +0000\n",
       {"f1@ourshop.example"},
       "reply-id neither weak"},
      {"nobody says when",
       "From: bob@remote.example\n",
       {"f1@ourshop.example"},
       "reply-id neither weak"},
      {"our server's stamp goes before its own Date",
       "Received: from x by mx.ourshop.example; Wed, 4 Nov 2026 10:00:00 +0000\n" + from_bob,
       {"f1@ourshop.example"},
       "reply-id neither weak"},
      {"dated in the future, it came by now all the same",
       "From: bob@remote.example\nDate: Tue, 1 Dec 2026 10:00:00 +0000\n",
       {"f1@ourshop.example"},
       "ledger backscatter strong"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    ReplyLedger ledger;
    CHECK(fact_of(row.header, row.answered, ledger) == row.fact);
    ledger.unavailable = "locked";
    CHECK(fact_of(row.header, row.answered, ledger) == "reply-id neither weak");
  }
}

TEST_CASE("what is answered may be in the ledger without any id") {
  const std::string from_bob = "From: bob@remote.example\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n";
  ReplyLedger ledger;
  CHECK(fact_of(from_bob, {"f1@ourshop.example"}, ledger) == "ledger backscatter strong");
  ledger.has_one_without_id = true;
  CHECK(fact_of(from_bob, {"f1@ourshop.example"}, ledger) == "reply-id neither weak");
}

TEST_CASE("a receipt that returns the header of what we sent is known by that, whatever its id") {
  const auto fact = [](const char* from, const char* subject) {
    const Message message = Message::parse(std::string("From: ") + from +
                                           "\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n\n");
    Bounce bounce;
    bounce.kind = Kind::read_receipt;
    Defects defects;
    read_original(
        bounce.original,
        std::string("From: alice@ourshop.example\nDate: Mon, 23 Nov 2026 08:00:00 +0000\n") +
            "Subject: " + subject + "\nMessage-ID: <r7@relay.example>\n\n",
        Extent::headers, defects);
    Identity identity;
    identity.domains = {*DomainName::parse("ourshop.example")};
    const std::vector<Address> senders = {kAlice};
    ReplyLedger ledger;
    ledger.has_one_without_id = true;  // which its own fields would have found
    Facts facts;
    add_reply_facts(facts, {message, bounce, senders, identity, ledger, kNow});
    REQUIRE(facts.size() == 1);
    return std::string(name_of(facts.front().points_to)) + " " +
           std::string(name_of(facts.front().strength));
  };
  CHECK(fact("bob@remote.example", "Order 7") == "genuine strong");
  CHECK(fact("eve@elsewhere.example", "Order 7") == "neither weak");
  CHECK(fact("carol@remote.example", "Order 8") == "neither weak");  // we wrote to her
  CHECK(fact("eve@elsewhere.example", "Order 8") == "backscatter strong");
}

}  // namespace unsent
