// SPDX-License-Identifier: MIT
#include "flood/second_look.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

const Fact kForbidden{Check::origin, PointsTo::backscatter, Strength::strong, "SPF forbids it"};
const Fact kSoftfail{Check::origin, PointsTo::backscatter, Strength::weak, "softfail"};
const Fact kNotInLedger{Check::ledger, PointsTo::neither, Strength::weak, "not in the ledger"};
const Fact kSigned{Check::signature, PointsTo::genuine, Strength::strong, "signed"};
const Fact kReplay{Check::replay, PointsTo::backscatter, Strength::strong, "replayed"};

const Run& a_run() {
  static const Run run = [] {
    Run one;
    one.size = 1204;
    one.crossing = 1200;
    one.networks = 873;
    one.writers = 96;
    one.access_lines = 1116;
    return one;
  }();
  return run;
}

FloodFinding of_run(RunRow row, MemberRow member = MemberRow::unshown) {
  return {&a_run(), row, member, 0};
}

FloodFinding of_service(std::uint32_t count) {
  FloodFinding finding;
  finding.of_service = count;
  return finding;
}

}  // namespace

TEST_CASE("the verdict after the second look") {
  struct Case {
    const char* name;
    Facts facts;
    FloodFinding finding;
    Verdict verdict;
  };
  const Case cases[] = {
      {"spread", {kNotInLedger}, of_run(RunRow::spread, MemberRow::spread), Verdict::backscatter},
      {"spread, under a record that ends in ~all",
       {kSoftfail},
       of_run(RunRow::spread, MemberRow::spread),
       Verdict::backscatter},
      {"spread, and something strong for it",
       {kSigned},
       of_run(RunRow::spread, MemberRow::spread),
       Verdict::unverified},
      {"spread, but this one is doubtful",
       {kSoftfail},
       of_run(RunRow::spread, MemberRow::by_server),
       Verdict::unverified},
      {"no spread", {kSoftfail}, of_run(RunRow::few_networks), Verdict::unverified},
      {"a service that the record forgot", {kForbidden}, of_service(300), Verdict::unverified},
      {"a service, but a replay", {kForbidden, kReplay}, of_service(300), Verdict::backscatter},
      {"nothing found", {kForbidden}, {}, Verdict::backscatter},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Facts facts = one.facts;
    add_flood_facts(facts, one.finding, {}, "esp.example");
    CHECK(decide(Kind::bounce, facts).verdict == one.verdict);
  }
}

TEST_CASE("only what may change is looked at again") {
  const FloodFinding spread = of_run(RunRow::spread, MemberRow::spread);
  CHECK(is_worth_a_second_look(Verdict::unverified, spread));
  CHECK(is_worth_a_second_look(Verdict::backscatter, of_service(20)));
  CHECK_FALSE(is_worth_a_second_look(Verdict::unverified, {}));
  CHECK_FALSE(is_worth_a_second_look(Verdict::backscatter, spread));
  CHECK_FALSE(is_worth_a_second_look(Verdict::genuine, spread));
  CHECK_FALSE(is_worth_a_second_look(Verdict::genuine, of_service(20)));
  CHECK_FALSE(is_worth_a_second_look(Verdict::ordinary, spread));
}

TEST_CASE("what is said of a run names its numbers") {
  Facts facts;
  add_flood_facts(facts, of_run(RunRow::spread, MemberRow::spread), {40, 40}, "");
  REQUIRE(facts.size() == 1);
  CHECK(facts.front().check == Check::flood);
  CHECK(facts.front().detail ==
        "one of 1204 originals that look alike, handed over from 873 networks to 96 different "
        "sides: 93 % of them by access lines, none on a way that mail of yours takes; none of the "
        "1204 is in the ledger, where all 40 are that something else proves yours (so 19 times in "
        "20 it holds at least 92 % of them)");
}

TEST_CASE("absence is measured, and small numbers say little") {
  struct Case {
    Measure measure;
    const char* holds;  // "": nothing is said
  };
  const Case cases[] = {
      {{0, 0}, ""},
      {{40, 39}, ""},
      {{1, 1}, "at least 5 %"},
      {{3, 3}, "at least 36 %"},
      {{20, 20}, "at least 86 %"},
      {{1000, 1000}, "at least 99 %"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.measure.proved);
    const std::string text = absence_text(a_run(), one.measure);
    CHECK(text.empty() == (one.holds[0] == '\0'));
    CHECK(text.find(one.holds) != text.npos);
  }
  Run proved = a_run();
  proved.proved = 1;
  CHECK(absence_text(proved, {40, 40}).empty());
}

TEST_CASE("of a service the record that would mend it is asked for") {
  Facts facts = {kForbidden};
  add_flood_facts(facts, of_service(300), {}, "esp.example");
  REQUIRE(facts.size() == 2);
  CHECK(facts.front().strength == Strength::weak);
  CHECK(facts.back().detail ==
        "one of 300 originals that went through the mail service esp.example, which your SPF "
        "record does not name: if you send by it, the record forgot it");
  CHECK(decide(Kind::bounce, facts).reason == "not proved either way: " + facts.back().detail);
}

}  // namespace unsent
