// SPDX-License-Identifier: MIT
#include "report/tally.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace unsent;

TEST_CASE("names are counted by verdict, the most frequent first") {
  Tally tally;
  for (int i = 0; i < 3; ++i) tally.add("mx.remote.example", Verdict::backscatter);
  tally.add("mx.other.example", Verdict::genuine);
  tally.add("mx.other.example", Verdict::unverified);
  tally.add("", Verdict::genuine);
  const auto top = tally.top(5);
  REQUIRE(top.size() == 2);
  CHECK(top[0].name == "mx.remote.example");
  CHECK(top[0].counts[Verdict::backscatter] == 3);
  CHECK(top[1].counts.total() == 2);
  CHECK(tally.all().total() == 5);
  CHECK(tally.names() == 2);
  CHECK(tally.missed() == 0);
  CHECK(tally.top(1).size() == 1);
}

TEST_CASE("equally frequent names are in the order of the alphabet") {
  Tally tally;
  for (const char* name : {"c", "a", "b"}) tally.add(name, Verdict::backscatter);
  const auto top = tally.top(3);
  CHECK(top[0].name == "a");
  CHECK(top[2].name == "c");
}

TEST_CASE("among any number of names the frequent ones are found, never counted too high") {
  constexpr std::size_t kCapacity = 50;
  constexpr int kRounds = 200000;
  Tally tally(kCapacity);
  std::mt19937 random(7);
  std::uint64_t frequent = 0;
  for (int i = 0; i < kRounds; ++i) {
    const bool is_frequent = random() % 10 == 0;
    frequent += is_frequent ? 1 : 0;
    tally.add(is_frequent ? "often.example" : std::to_string(random()), Verdict::backscatter);
  }
  const auto top = tally.top(3);
  CHECK(top.front().name == "often.example");
  CHECK(top.front().counts.total() <= frequent);
  CHECK(top.front().counts.total() + tally.missed() >= frequent);
  CHECK(tally.missed() > 0);
  CHECK(tally.missed() <= kRounds / kCapacity);
  CHECK(tally.all().total() == kRounds);
  CHECK(tally.names() <= 2 * kCapacity);
}

TEST_CASE("a long name is cut, not within a character") {
  Tally tally;
  tally.add(std::string(127, 'x') + "ü", Verdict::genuine);
  CHECK(tally.top(1).front().name == std::string(127, 'x'));
}
