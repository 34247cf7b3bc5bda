// SPDX-License-Identifier: MIT
#include "evidence/tag.h"

#include <doctest/doctest.h>

#include "bounce/original.h"
#include "evidence/sent.h"
#include "evidence/unavailable_ledger.h"
#include "map_resolver.h"
#include "tag/batv.h"
#include "tag/message_tag.h"

namespace unsent {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");
const Address kAlice = *Address::parse("alice@ourshop.example");
const std::string kOurs = "from mail.ourshop.example (mail.ourshop.example [192.0.2.10])";
const std::string kZombie = "from mail.ourshop.example (dyn.zombie.example [198.51.100.7])";
const std::string kLiar = "from mx.remote.example (unknown [198.51.100.99])";

// It knows nothing but how many bounces have come to an address.
struct CountingLedger : UnavailableLedger {
  explicit CountingLedger(std::int64_t bounces) : UnavailableLedger("locked"), count(bounces) {}
  LedgerAnswer<std::int64_t> note(const Noted& noted) override {
    return {std::holds_alternative<BounceTo>(noted) ? count : 0, {}};
  }
  std::int64_t count;
};

struct Given {
  std::string reported = "bob@remote.example";
  bool is_guessed = false;
  std::string original = "";  // recipient, as whoever handed it over named him
  bool is_tagged = true;
  bool is_prvs = false;
  std::string to = "bob@remote.example";  // as returned; bob when it was tagged
  std::string border = kOurs;
  std::string arrived = "from mx.remote.example (mx.remote.example [203.0.113.5])";
  Facts before = {};
  Time now = kNow;
  std::string keys = "1 2026-01-01 first-secret\n";
  std::int64_t bounces = 0;  // that have come to the address, this one among them
  bool is_counted = true;
};

std::string header(const std::string& to) {
  return "From: alice@ourshop.example\nTo: " + to +
         "\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a1@ourshop.example>\n\n";
}

std::string fact_of(const Given& given) {
  const KeyRing made_by = *KeyRing::parse("1 2026-01-01 first-secret\n", "keys");
  const KeyRing ring = *KeyRing::parse(given.keys, "keys");
  MapResolver dns;
  dns.add("ourshop.example", DnsType::txt, "v=spf1 ip4:192.0.2.10 -all")
      .add("mx.remote.example", DnsType::a, "203.0.113.5")
      .add("5.113.0.203.in-addr.arpa", DnsType::ptr, "mx.remote.example");
  Defects defects;
  const auto tag =
      make_tag(Headers::read(header("bob@remote.example"), defects), *made_by.newest(), kNow);
  Bounce bounce;
  bounce.kind = Kind::bounce;
  bounce.reporter = "mx.remote.example";
  bounce.recipients.emplace_back().address = given.reported;
  bounce.recipients.back().is_guessed = given.is_guessed;
  bounce.recipients.back().original = given.original;
  bounce.rule = given.is_guessed ? "prose" : "dsn";
  read_original(
      bounce.original,
      "Received: " + given.border + " by mx.remote.example; Mon, 23 Nov 2026 10:00:01 +0000\n" +
          (given.is_tagged ? "X-Unsent-Tag: " + *tag + "\n" : std::string()) + header(given.to),
      Extent::headers, defects);
  Identity identity;
  identity.domains = {*DomainName::parse("ourshop.example")};
  const std::optional<Address> recipient =
      given.is_prvs ? Address::parse(make_prvs(kAlice, *made_by.newest(), kNow)) : kAlice;
  const auto senders = claimed_senders(bounce, recipient);
  const std::vector<IpNetwork> relays;
  const Message message = Message::parse(
      "Received: " + given.arrived + " by mx.ourshop.example; Mon, 23 Nov 2026 10:00:05 +0000\n\n");
  const OriginCase one{message, bounce, senders, recipient, identity, relays, dns};
  const Origin origin(one);
  Facts facts = given.before;
  origin.add_facts(facts);
  CountingLedger ledger(given.bounces);
  const TagCase tag_case{bounce,
                         recipient,
                         identity,
                         origin,
                         ring,
                         &ledger,
                         given.now,
                         seconds(60 * 86400),
                         given.is_counted ? "b1" : ""};
  add_message_tag_fact(facts, tag_case);
  add_batv_fact(facts, tag_case);
  if (facts.empty() || facts.back().check != Check::tag) return "none";
  return std::string(name_of(facts.back().points_to)) + " " +
         std::string(name_of(facts.back().strength)) + ": " + facts.back().detail;
}

}  // namespace

TEST_CASE("what a mark of ours proves") {
  const Fact replay{Check::replay, PointsTo::backscatter, Strength::strong, "replay"};
  struct Case {
    const char* name;
    Given given;
    const char* fact;
  };
  const Case cases[] = {
      {"a tag, for a recipient of the message", {}, "genuine proof: X-Unsent-Tag"},
      {"a tag, for one that free text names", {.is_guessed = true}, "genuine strong: "},
      {"a tag, for one that free text names, and a zombie handed the original over",
       {.is_guessed = true, .border = kZombie},
       "genuine weak: "},
      {"a tag, for one who handed it on under his name, by a server of ours",
       {.reported = "x9@stranger.example", .original = "bob@remote.example"},
       "genuine strong: "},
      {"a tag, for one who only claims that it was for him",
       {.reported = "x9@stranger.example", .original = "bob@remote.example", .border = kZombie},
       "neither weak: "},
      {"a tag, for another of his house, whom the report names besides",
       {.reported = "robert@remote.example", .original = "bob@remote.example"},
       "genuine proof: "},
      {"a tag, replayed to a stranger", {.reported = "eve@stranger.example"}, "neither weak: "},
      {"a tag, with a To that was not tagged",
       {.reported = "eve@stranger.example", .to = "eve@stranger.example"},
       "neither weak: "},
      {"a tag, brought by a stranger who lies", {.arrived = kLiar}, "neither weak: "},
      {"a tag, but a zombie handed the original over", {.border = kZombie}, "genuine strong: "},
      {"a tag, but signs of a replay", {.before = {replay}}, "genuine strong: "},
      {"a tag of another key", {.keys = "1 2026-01-01 other-secret\n"}, "neither weak: "},
      {"a tag, long ago", {.now = kNow + seconds(90 * 86400)}, "neither weak: "},
      {"a tag, and no key of ours at all", {.keys = ""}, "none"},
      {"no mark", {.is_tagged = false}, "none"},
      {"BATV", {.is_tagged = false, .is_prvs = true}, "genuine strong: prvs="},
      {"BATV, whoever it is about",
       {.reported = "x@y.example", .is_tagged = false, .is_prvs = true},
       "genuine strong: prvs="},
      {"BATV, but a zombie handed the original over",
       {.is_tagged = false, .is_prvs = true, .border = kZombie},
       "genuine strong: "},
      {"BATV, brought by a stranger who lies",
       {.is_tagged = false, .is_prvs = true, .arrived = kLiar},
       "genuine strong: "},
      {"BATV, eight days later",
       {.is_tagged = false, .is_prvs = true, .now = kNow + seconds(8 * 86400)},
       "neither weak: "},
      {"BATV, once for each of a day's bounces",
       {.is_tagged = false, .is_prvs = true, .bounces = 100},
       "genuine strong: prvs="},
      {"BATV, used too often",
       {.is_tagged = false, .is_prvs = true, .bounces = 101},
       "neither weak: prvs="},
      {"BATV, where nothing is counted",
       {.is_tagged = false, .is_prvs = true, .bounces = 101, .is_counted = false},
       "genuine strong: prvs="},
      {"BATV of another key",
       {.is_tagged = false, .is_prvs = true, .keys = "1 2026-01-01 other-secret\n"},
       "neither weak: "},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    const std::string fact = fact_of(one.given);
    CAPTURE(fact);
    CHECK(fact.substr(0, std::string(one.fact).size()) == one.fact);
  }
}

}  // namespace unsent
