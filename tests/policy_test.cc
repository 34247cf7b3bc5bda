// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("where nothing is written down, what is judged is tagged and the rest delivered") {
  const Policy policy;
  for (const Verdict verdict : {Verdict::genuine, Verdict::backscatter, Verdict::unverified}) {
    CHECK(policy.handling(verdict, Kind::bounce) == Handling::tag);
    CHECK(policy.handling(verdict, Kind::auto_reply) == Handling::tag);
  }
  CHECK(policy.handling(Verdict::ordinary, Kind::ordinary) == Handling::deliver);
}

TEST_CASE("drop is for backscatter alone; what is genuine or ordinary always arrives") {
  struct Row {
    Verdict verdict;
    Handling handling;
    bool is_refused;
  };
  const Row rows[] = {
      {Verdict::backscatter, Handling::deliver, false},
      {Verdict::backscatter, Handling::tag, false},
      {Verdict::backscatter, Handling::quarantine, false},
      {Verdict::backscatter, Handling::drop, false},
      {Verdict::unverified, Handling::tag, false},
      {Verdict::unverified, Handling::quarantine, false},
      {Verdict::unverified, Handling::drop, true},
      {Verdict::genuine, Handling::deliver, false},
      {Verdict::genuine, Handling::tag, false},
      {Verdict::genuine, Handling::quarantine, true},
      {Verdict::genuine, Handling::drop, true},
      {Verdict::ordinary, Handling::quarantine, true},
      {Verdict::ordinary, Handling::drop, true},
  };
  for (const Row& row : rows) {
    CAPTURE(name_of(row.verdict));
    CAPTURE(name_of(row.handling));
    CHECK(refusal(row.verdict, row.handling).empty() != row.is_refused);
  }
}

TEST_CASE("a kind's own handling goes before that of its verdict, and touches no other") {
  Policy policy;
  policy.set(Verdict::backscatter, Handling::quarantine);
  policy.set(Verdict::backscatter, Kind::auto_reply, Handling::deliver);
  CHECK(policy.handling(Verdict::backscatter, Kind::auto_reply) == Handling::deliver);
  CHECK(policy.handling(Verdict::backscatter, Kind::bounce) == Handling::quarantine);
  CHECK(policy.handling(Verdict::unverified, Kind::auto_reply) == Handling::tag);
  CHECK(describe(policy, Verdict::backscatter) == "backscatter: quarantine (auto-reply: deliver)");
  policy.set(Verdict::backscatter, Handling::drop);  // said anew: for all kinds
  CHECK(policy.handling(Verdict::backscatter, Kind::auto_reply) == Handling::drop);
}

TEST_CASE("while a burst lasts unverified bounces, and nothing else, get a handling of their own") {
  Policy policy;
  CHECK(policy.handling(Verdict::unverified, Kind::bounce, Weather::burst) == Handling::tag);
  policy.set_during_burst(Handling::quarantine);
  policy.set(Verdict::genuine, Handling::deliver);
  CHECK(policy.handling(Verdict::unverified, Kind::bounce, Weather::burst) == Handling::quarantine);
  CHECK(policy.handling(Verdict::unverified, Kind::bounce) == Handling::tag);
  CHECK(policy.handling(Verdict::unverified, Kind::auto_reply, Weather::burst) == Handling::tag);
  CHECK(policy.handling(Verdict::genuine, Kind::bounce, Weather::burst) == Handling::deliver);
  CHECK(policy.handling(Verdict::backscatter, Kind::bounce, Weather::burst) == Handling::tag);
  CHECK(policy.handling(Verdict::ordinary, Kind::ordinary, Weather::burst) == Handling::deliver);
  CHECK(describe(policy, Verdict::unverified) ==
        "unverified: tag (bounce during a burst: quarantine)");
  policy.set_shadow(true);
  CHECK(policy.handling(Verdict::unverified, Kind::bounce, Weather::burst) == Handling::tag);
  CHECK(policy.planned(Verdict::unverified, Kind::bounce, Weather::burst) == Handling::quarantine);
  CHECK(weather_of({}) == Weather::usual);
  CHECK(weather_of({{Check::burst, PointsTo::backscatter, Strength::weak, ""}}) == Weather::burst);
}

TEST_CASE("in the shadow nothing is put away or dropped, but the plan is known") {
  Policy policy;
  policy.set(Verdict::backscatter, Handling::drop);
  policy.set(Verdict::unverified, Handling::quarantine);
  policy.set(Verdict::genuine, Handling::deliver);
  policy.set_shadow(true);
  CHECK(policy.handling(Verdict::backscatter, Kind::bounce) == Handling::tag);
  CHECK(policy.planned(Verdict::backscatter, Kind::bounce) == Handling::drop);
  CHECK(policy.handling(Verdict::unverified, Kind::bounce) == Handling::tag);
  CHECK(policy.handling(Verdict::genuine, Kind::bounce) == Handling::deliver);
}

TEST_CASE("the words of the configuration") {
  for (const char* word : {"deliver", "tag", "quarantine", "drop"})
    CHECK(name_of(*parse_handling(word)) == word);
  for (const char* word : {"bounce", "delay", "success", "auto-reply", "challenge", "virus-notice",
                           "read-receipt", "report"})
    CHECK(name_of(parse_kind(word)) == word);
  for (const char* word : {"", "Drop", "delete", "quarantine "}) CHECK(!parse_handling(word));
  for (const char* word : {"", "ordinary", "auto_reply"}) CHECK(parse_kind(word) == Kind::ordinary);
}

}  // namespace unsent
