// SPDX-License-Identifier: MIT
#include "evidence/ledger_absence.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "bounce/original.h"
#include "mail/date.h"
#include "spf/no_dns.h"

namespace unsent {
namespace {

const Address kAlice = *Address::parse("alice@ourshop.example");
const Address kBob = *Address::parse("bob@mail.remote.example");
constexpr std::string_view kDate = "Mon, 23 Nov 2026 10:00:00 +0000";
const Time kNow = *parse_rfc3339("2026-11-24T00:00:00Z");

// A ledger of one message, complete since a time if told so.
class OneMessageLedger : public Ledger {
 public:
  SentMessage sent;
  std::optional<Time> complete_since;
  std::string unavailable;
  std::int64_t bounces = 0;
  std::optional<Time> other_sent_at;  // another message to the same
  std::optional<Time> bare_sent_at;   // one that has no id

  OneMessageLedger() {
    sent.message_ids = {"a1@ourshop.example"};
    const auto print = make_fingerprint("alice@ourshop.example", kDate, "Your order");
    sent.from = print->from;
    sent.date = print->date;
    sent.subject = print->subject;
    sent.recipients = {sent_recipient(kBob)};
  }
  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) override {
    const auto* id = std::get_if<ByMessageId>(&key);
    const auto* print = std::get_if<Fingerprint>(&key);
    const bool is_it = (id != nullptr && id->id == "a1@ourshop.example") ||
                       (print != nullptr && sent.has_fingerprint(*print));
    return {is_it ? std::vector{sent} : std::vector<SentMessage>(), unavailable};
  }
  LedgerAnswer<SenderRecord> sender(const Address& sender, Time at) override {
    const bool is_complete = sender == kAlice && complete_since && at >= *complete_since;
    return {{false, {is_complete, "complete"}}, unavailable};
  }
  LedgerAnswer<std::int64_t> count_sent(const Address&, const Address& to, Time from,
                                        Time until) override {
    const bool is_it =
        to == kBob && other_sent_at && from <= *other_sent_at && *other_sent_at <= until;
    return {is_it ? 1 : 0, unavailable};
  }
  LedgerAnswer<std::int64_t> count_without_id(const Address& sender, Time from, Time to) override {
    const bool is_it =
        sender == kAlice && bare_sent_at && from <= *bare_sent_at && *bare_sent_at <= to;
    return {is_it ? 1 : 0, unavailable};
  }
  LedgerAnswer<std::int64_t> note(const Noted& noted) override {
    if (std::holds_alternative<BounceAbout>(noted)) ++bounces;
    return {bounces, unavailable};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {{}, unavailable}; }
};

struct Given {
  std::string id = "a1@ourshop.example";
  std::string from = "alice@ourshop.example";
  std::string date{kDate};
  std::string subject = "Your order";
  std::string recipient = "bob@mail.remote.example";
  bool is_guessed = false;
  std::string more = "";  // fields
  std::optional<Time> arrived_at = {};
};

Bounce make_bounce(const Given& given) {
  Bounce bounce;
  bounce.kind = Kind::bounce;
  std::string header = "From: " + given.from + "\n";
  if (!given.date.empty()) header += "Date: " + given.date + "\n";
  if (!given.subject.empty()) header += "Subject: " + given.subject + "\n";
  if (!given.id.empty()) header += "Message-ID: <" + given.id + ">\n";
  header += given.more;
  Defects defects;
  read_original(bounce.original, header, Extent::headers, defects);
  if (!given.recipient.empty()) {
    RecipientReport report;
    report.address = given.recipient;
    report.is_guessed = given.is_guessed;
    bounce.recipients.push_back(report);
  }
  return bounce;
}

Facts facts_of(const Given& given, OneMessageLedger& ledger) {
  const Bounce bounce = make_bounce(given);
  const SentFinding finding = find_sent(bounce, ledger);
  const std::optional<Address> recipient = kAlice;
  const auto senders = claimed_senders(bounce, recipient);
  Facts facts;
  const Message message = Message::parse("");
  const Identity identity;
  NoDns resolver;
  const std::vector<IpNetwork> relays;
  const OriginCase origin_case{message, bounce, senders, recipient, identity, relays, resolver};
  const Origin origin(origin_case);
  const LedgerCase one{bounce, finding,       senders, recipient,       origin,
                       kNow,   "this bounce", false,   given.arrived_at};
  add_ledger_facts(facts, one, ledger);
  add_count_fact(facts, one, ledger);
  return facts;
}

bool is_missed_in(const Bounce& bounce, const Given& given, OneMessageLedger& ledger) {
  const SentFinding finding = find_sent(bounce, ledger);
  const std::optional<Address> recipient = kAlice;
  const auto senders = claimed_senders(bounce, recipient);
  const Message message = Message::parse("");
  const Identity identity;
  NoDns resolver;
  const std::vector<IpNetwork> relays;
  const Origin origin({message, bounce, senders, recipient, identity, relays, resolver});
  return is_missed_by_now(
      {bounce, finding, senders, recipient, origin, kNow, "", false, given.arrived_at}, ledger);
}

Fact first_fact(const Given& given, OneMessageLedger& ledger) {
  const Facts facts = facts_of(given, ledger);
  REQUIRE_FALSE(facts.empty());
  return facts.front();
}

// Keeps texts backwards.
class Mirror : public Veil {
 public:
  bool stands_for(std::string_view kept, std::string_view text) const override {
    return std::equal(kept.rbegin(), kept.rend(), text.begin(), text.end());
  }
  static std::string veiled(std::string text) {
    std::reverse(text.begin(), text.end());
    return text;
  }
};

}  // namespace

TEST_CASE("what a message in the ledger proves depends on the recipient and the fingerprint") {
  struct Case {
    const char* name;
    Given given;
    Check check;
    PointsTo points_to;
    Strength strength;
  };
  const std::string other = "Tue, 10 Nov 2026 10:00:00 +0000";
  const Case cases[] = {
      {"exact recipient", {}, Check::ledger, PointsTo::genuine, Strength::proof},
      {"exact, in other case",
       {.recipient = "BOB@mail.REMOTE.example"},
       Check::ledger,
       PointsTo::genuine,
       Strength::proof},
      {"exact, subject tagged on the way",
       {.subject = "[SPAM] Your order"},
       Check::ledger,
       PointsTo::genuine,
       Strength::proof},
      {"exact, but another message",
       {.date = other, .subject = "Pills"},
       Check::ledger,
       PointsTo::genuine,
       Strength::strong},
      {"exact, guessed from text",
       {.is_guessed = true},
       Check::ledger,
       PointsTo::genuine,
       Strength::strong},
      {"in the recipient's organisation",
       {.recipient = "x@mx2.remote.example"},
       Check::ledger,
       PointsTo::genuine,
       Strength::strong},
      {"a stranger, all else right",
       {.recipient = "x@elsewhere.example"},
       Check::ledger,
       PointsTo::neither,
       Strength::weak},
      {"a stranger, another message: replay",
       {.date = other, .subject = "Pills", .recipient = "x@elsewhere.example"},
       Check::replay,
       PointsTo::backscatter,
       Strength::strong},
      {"a guessed stranger is no replay",
       {.date = other, .subject = "Pills", .recipient = "x@elsewhere.example", .is_guessed = true},
       Check::ledger,
       PointsTo::neither,
       Strength::weak},
      {"no recipient named, and it went to one alone",
       {.recipient = ""},
       Check::ledger,
       PointsTo::genuine,
       Strength::strong},
      {"no recipient named, and another message",
       {.date = other, .subject = "Pills", .recipient = ""},
       Check::ledger,
       PointsTo::neither,
       Strength::weak},
      {"no id came back: the fingerprint is enough",
       {.id = ""},
       Check::ledger,
       PointsTo::genuine,
       Strength::proof},
      {"a relay gave another id",
       {.id = "new@relay.example"},
       Check::ledger,
       PointsTo::genuine,
       Strength::proof},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    OneMessageLedger ledger;
    const Fact fact = first_fact(one.given, ledger);
    CHECK(fact.check == one.check);
    CHECK(fact.points_to == one.points_to);
    CHECK(fact.strength == one.strength);
  }
}

TEST_CASE("absence counts only where the ledger is complete for the sender at that time") {
  const Given foreign{.id = "x@spam.example", .subject = "Pills"};
  OneMessageLedger ledger;
  CHECK(first_fact(foreign, ledger).points_to == PointsTo::neither);
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  CHECK(first_fact(foreign, ledger).points_to == PointsTo::backscatter);
  ledger.complete_since = parse_rfc3339("2026-11-23T20:00:00Z");
  CHECK(first_fact(foreign, ledger).points_to == PointsTo::neither);
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  Given future = foreign;
  future.date = "Fri, 27 Nov 2026 10:00:00 +0000";
  CHECK(first_fact(future, ledger).points_to == PointsTo::backscatter);
  Given undated = foreign;
  undated.date = "";
  CHECK(first_fact(undated, ledger).points_to == PointsTo::neither);
  undated.arrived_at = kNow;
  CHECK(first_fact(undated, ledger).points_to == PointsTo::backscatter);
  ledger.complete_since = kNow - seconds(86400);  // it may have been queued before
  CHECK(first_fact(undated, ledger).points_to == PointsTo::neither);
}

TEST_CASE("what we sent to that recipient at that time may be the same under another id") {
  OneMessageLedger ledger;
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  ledger.other_sent_at = *parse_date(kDate) + seconds(5);
  const Given renamed{.id = "x@relay.example", .subject = "Bestellung"};
  CHECK(first_fact(renamed, ledger).points_to == PointsTo::neither);
  Given to_other = renamed;
  to_other.recipient = "x@elsewhere.example";
  CHECK(first_fact(to_other, ledger).points_to == PointsTo::backscatter);
  // Who writes an id of his own may write his own Date, when it has waited in our queue.
  Given later = renamed;
  later.date = "Mon, 23 Nov 2026 10:10:00 +0000";
  CHECK(first_fact(later, ledger).points_to == PointsTo::neither);
  later.date = "Tue, 24 Nov 2026 11:00:00 +0000";
  CHECK(first_fact(later, ledger).points_to == PointsTo::backscatter);
  later.date = "Mon, 23 Nov 2026 09:50:00 +0000";  // before we sent anything
  CHECK(first_fact(later, ledger).points_to == PointsTo::backscatter);
  later.date = "Mon, 23 Nov 2026 10:10:00 +0000";
  later.id = "x@ourshop.example";
  CHECK(first_fact(later, ledger).points_to == PointsTo::backscatter);
}

TEST_CASE("the same Subject within seconds may be the same under another id and Date") {
  OneMessageLedger ledger;
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  Given renamed{.id = "x@relay.example",
                .date = "Mon, 23 Nov 2026 10:00:02 +0000",
                .recipient = "x@elsewhere.example"};
  CHECK(first_fact(renamed, ledger).points_to == PointsTo::neither);
  renamed.date = "Mon, 23 Nov 2026 10:00:20 +0000";
  CHECK(first_fact(renamed, ledger).points_to == PointsTo::backscatter);
  renamed.date = "Mon, 23 Nov 2026 10:00:02 +0000";
  renamed.subject = "Pills";
  CHECK(first_fact(renamed, ledger).points_to == PointsTo::backscatter);
}

TEST_CASE("an id that came back alone is not missed where the ledger has messages without one") {
  OneMessageLedger ledger;
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  const Given alone{
      .id = "x@ourshop.example", .from = "", .date = "", .subject = "", .arrived_at = kNow};
  const auto is_missed = [&](const Given& given) {
    return is_missed_in(make_bounce(given), given, ledger);
  };
  CHECK(first_fact(alone, ledger).points_to == PointsTo::backscatter);
  CHECK(is_missed(alone));
  ledger.bare_sent_at = kNow - seconds(86400);
  CHECK(first_fact(alone, ledger).points_to == PointsTo::neither);
  CHECK_FALSE(is_missed(alone));
  // Its From, Date and Subject would have found it.
  CHECK(first_fact({.id = "x@ourshop.example", .subject = "Pills"}, ledger).points_to ==
        PointsTo::backscatter);
  ledger.bare_sent_at = kNow - seconds(10 * 86400);  // longer ago than any queue lasts
  CHECK(first_fact(alone, ledger).points_to == PointsTo::backscatter);
}

TEST_CASE(
    "what a program sends is in no ledger, and without the DNS anybody's server may be ours") {
  OneMessageLedger ledger;
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  struct Row {
    const char* more;
    const char* subject;
    bool is_missed;
  };
  const Row rows[] = {
      {"", "Pills", true},
      {"Auto-Submitted: no\n", "Pills", true},
      {"Precedence: first-class\n", "Pills", true},
      {"Content-Type: multipart/alternative; boundary=x\n", "Pills", true},
      {"Content-Type: multipart/alternative; boundary=x\n", "Accepted by all", true},
      {"", "Accepted: Budget", true},
      {"Auto-Submitted: auto-replied (vacation)\n", "Pills", false},
      {"Precedence: junk\n", "Pills", false},
      {"Precedence: bulk\n", "Pills", false},
      {"X-Autoreply: yes\n", "Pills", false},
      {"Content-Type: multipart/report; report-type=disposition-notification\n", "Pills", false},
      {"Content-Type: text/calendar; method=REPLY\n", "Pills", false},
      {"Content-Class: urn:content-classes:calendarmessage\n", "Pills", false},
      {"X-SOGo-Message-Type: calendar:invitation\n", "Pills", false},
      {"Content-Type: multipart/alternative; boundary=x\n", "Accepted: Budget", false},
      {"Content-Type: multipart/alternative; boundary=x\n", "Abgelehnt: Budget", false},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.more) + row.subject);
    const Fact fact =
        first_fact({.id = "x@ourshop.example", .subject = row.subject, .more = row.more}, ledger);
    CHECK((fact.points_to == PointsTo::backscatter) == row.is_missed);
  }
}

TEST_CASE("what who reports now cannot have been sent before the ledger was complete") {
  OneMessageLedger ledger;
  const auto is_missed = [&](const Given& given) {
    const Bounce bounce = make_bounce(given);
    return is_missed_in(bounce, given, ledger);
  };
  const Given old{.id = "x@spam.example",
                  .date = "Mon, 12 Oct 2026 10:00:00 +0000",
                  .subject = "Pills",
                  .arrived_at = kNow};
  CHECK_FALSE(is_missed(old));
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  CHECK(is_missed(old));
  CHECK_FALSE(is_missed({.arrived_at = kNow}));                      // it is there
  CHECK_FALSE(is_missed({.id = "x@spam.example", .subject = "x"}));  // no line says when
  ledger.complete_since = kNow - seconds(2 * 86400);
  CHECK_FALSE(is_missed(old));
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  ledger.other_sent_at = kNow - seconds(86400);
  CHECK(is_missed(old));  // we do write to him, but what is dated before is not what was lost
  Given lost = old;
  lost.date = kDate;
  CHECK(is_missed(lost));  // who brought it is not of his side
}

TEST_CASE("an id that a server changed is found elsewhere, or by From, Date and Subject") {
  struct Row {
    const char* name;
    Given given;
    Strength strength;  // of genuine; weak: it is not found
  };
  const Given renamed{.id = "0102-7@relay.example", .subject = "Bestellung"};
  const auto with = [&](const char* more, const char* subject = "Your order") {
    Given given = renamed;
    given.more = more;
    given.subject = subject;
    given.date = "Mon, 23 Nov 2026 10:00:02 +0000";
    return given;
  };
  const Row rows[] = {
      {"its References", with("References: <a1@ourshop.example>\n"), Strength::proof},
      {"Microsoft's field", with("X-Microsoft-Original-Message-ID: <a1@ourshop.example>\n"),
       Strength::proof},
      {"Google's field", with("X-Google-Original-Message-ID: <a1@ourshop.example>\n"),
       Strength::proof},
      {"a field, and a mark before the Subject",
       with("X-Original-Message-ID: <a1@ourshop.example>\n", "[EXTERNAL] Your order"),
       Strength::proof},
      {"a reply to what we sent, which is another message",
       {.id = "x@spam.example",
        .from = "eve@ourshop.example",
        .date = "Mon, 23 Nov 2026 15:00:00 +0000",
        .subject = "Re: Your order",
        .more = "References: <a1@ourshop.example>\n"},
       Strength::weak},
      {"a mark", {.id = "x@relay.example", .subject = "[EXTERNAL] Your order"}, Strength::proof},
      {"stars", {.id = "x@relay.example", .subject = "***SPAM*** Your order"}, Strength::proof},
      {"braces", {.id = "x@relay.example", .subject = "{Spam?} Your order"}, Strength::proof},
      {"two marks",
       {.id = "x@relay.example", .subject = "[EXT] SPAM: Your order"},
       Strength::proof},
      {"no mark, another word",
       {.id = "x@relay.example", .subject = "Not your order"},
       Strength::weak},
      {"half a mark", {.id = "x@relay.example", .subject = "[EXT Your order"}, Strength::weak},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    OneMessageLedger ledger;
    const Fact fact = first_fact(row.given, ledger);
    CHECK((fact.points_to == PointsTo::genuine) == (row.strength != Strength::weak));
    CHECK(fact.strength == row.strength);
  }
}

TEST_CASE("a report that is returned is never looked up, nor missed") {
  OneMessageLedger ledger;
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  Given given{.id = "r1@mx.remote.example", .from = "MAILER-DAEMON@mx.remote.example"};
  CHECK(first_fact(given, ledger).points_to == PointsTo::neither);
  given = {.id = "r1@mx.remote.example", .more = "Return-Path: <>\n"};
  CHECK(first_fact(given, ledger).points_to == PointsTo::neither);
  given = {.more = "Return-Path: <>\n"};
  CHECK(first_fact(given, ledger).points_to == PointsTo::neither);
}

TEST_CASE("far more bounces about a message than it had recipients cast doubt on them") {
  struct Case {
    const char* name;
    Given given;
    std::int64_t before;
    bool has_all_recipients;
    bool is_doubted;
  };
  const Case cases[] = {
      {"a few", {}, 5, true, false},
      {"as many as lists and retries may make of one recipient", {}, 14, true, false},
      {"more", {}, 15, true, true},
      {"more, but we do not know how many recipients it had", {}, 500, false, false},
      {"of a stranger: others decide, and it is not counted",
       {.recipient = "x@elsewhere.example"},
       500,
       true,
       false},
      {"of an id that is not ours", {.id = "x@spam.example", .subject = "x"}, 500, true, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    OneMessageLedger ledger;
    ledger.bounces = one.before;
    ledger.sent.has_all_recipients = one.has_all_recipients;
    const Facts facts = facts_of(one.given, ledger);
    const bool is_doubted = facts.back().check == Check::count;
    CHECK(is_doubted == one.is_doubted);
    if (one.given.recipient != "bob@mail.remote.example") CHECK(ledger.bounces == one.before);
  }
}

TEST_CASE("a ledger that keeps no text answers just as one that does") {
  OneMessageLedger ledger;
  SentMessage& sent = ledger.sent;
  sent.veil = std::make_shared<Mirror>();
  for (std::string* kept : {&sent.message_ids[0], &sent.from, &sent.subject,
                            &sent.recipients[0].address, &sent.recipients[0].organisation})
    *kept = Mirror::veiled(*kept);
  CHECK(sent.has_id("a1@ourshop.example"));
  CHECK_FALSE(sent.has_id("elpmaxe.pohsruo@1a"));
  CHECK_FALSE(sent.has_id(""));
  CHECK(sent.is_from(kAlice) == true);
  CHECK(sent.is_from(kBob) == false);
  CHECK(sent.has_subject("=?utf-8?Q?Your?= order") == true);
  CHECK(sent.has_subject("Pills") == false);
  CHECK(sent.went_to(*Address::parse("BOB@mail.remote.example")));
  CHECK_FALSE(sent.went_to(kAlice));
  CHECK(sent.went_to_organisation_of("mx.remote.example"));
  CHECK_FALSE(sent.went_to_organisation_of("elsewhere.example"));
  CHECK_FALSE(sent.went_to_organisation_of(""));
  CHECK(first_fact({}, ledger).strength == Strength::proof);
  CHECK(first_fact({.recipient = "x@mx2.remote.example"}, ledger).strength == Strength::strong);
  CHECK(first_fact({.date = "Tue, 10 Nov 2026 10:00:00 +0000",
                    .subject = "Pills",
                    .recipient = "x@elsewhere.example"},
                   ledger)
            .check == Check::replay);
}

TEST_CASE("a ledger that cannot be asked counts for nothing and says why") {
  OneMessageLedger ledger;
  ledger.complete_since = parse_rfc3339("2026-11-01T00:00:00Z");
  ledger.unavailable = "locked";
  for (const char* id : {"a1@ourshop.example", "x@spam.example", ""}) {
    const Fact fact = first_fact({.id = id}, ledger);
    CHECK(fact.points_to == PointsTo::neither);
    CHECK(fact.detail.find("locked") != std::string::npos);
  }
}

TEST_CASE("an address is unwrapped: BATV, SRS, plus detail") {
  struct Row {
    std::string_view wrapped;
    std::string_view inner;
    bool is_srs;
  };
  const Row rows[] = {
      {"prvs=1234abcdef=alice@ourshop.example", "alice@ourshop.example", false},
      {"btv1==123abc==alice@ourshop.example", "alice@ourshop.example", false},
      {"msprvs1=17abc=alice@ourshop.example", "alice@ourshop.example", false},
      {"SRS0=hash=tt=sender.example=bob@ourshop.example", "bob@sender.example", true},
      {"srs0+hash=tt=sender.example=bob@ourshop.example", "bob@sender.example", true},
      {"alice+shop@ourshop.example", "alice@ourshop.example", false},
      {"alice@ourshop.example", "alice@ourshop.example", false},
      {"prvs=@ourshop.example", "prvs=@ourshop.example", false},
      {"srs0@ourshop.example", "srs0@ourshop.example", false},
      {"+x@ourshop.example", "+x@ourshop.example", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.wrapped);
    const Unwrapped unwrapped = unwrap(*Address::parse(row.wrapped));
    CHECK(unwrapped.candidates.back().text() == row.inner);
    CHECK(unwrapped.is_srs == row.is_srs);
  }
}

}  // namespace unsent
