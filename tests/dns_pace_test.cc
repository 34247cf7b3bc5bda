// SPDX-License-Identifier: MIT
#include "dns/pace.h"

#include <doctest/doctest.h>

namespace unsent {
namespace {

using Outcome = Pace::Outcome;
using std::chrono::milliseconds;

const Pace::Clock::time_point kStart{std::chrono::hours(1)};

// How many questions begin within that time, where each is answered at once.
int begun_within(Pace& pace, milliseconds time) {
  int begun = 0;
  for (milliseconds at{0}; at < time; ++at) {
    while (pace.may_begin(0, kStart + at)) {
      ++begun;
      pace.note(Outcome::answered, kStart + at);
    }
  }
  return begun;
}

void note(Pace& pace, Outcome outcome, int count) {
  for (int i = 0; i < count; ++i) pace.note(outcome, kStart + std::chrono::seconds(i));
}

}  // namespace

TEST_CASE("no more questions begin in a second than it may be") {
  for (const int limit : {1, 20, 500, 2500}) {
    CAPTURE(limit);
    Pace pace({1000, limit});
    const int begun = begun_within(pace, milliseconds(10000));
    CHECK(begun <= 10 * limit + limit / 20 + 1);
    CHECK(begun >= 9 * limit);
  }
}

TEST_CASE("no more questions are open than it may be, and that many once all goes well") {
  Pace pace({100, 1000000});
  CHECK(pace.may_begin(63, kStart));
  CHECK_FALSE(pace.may_begin(64, kStart));
  note(pace, Outcome::answered, 1000);
  CHECK(pace.may_begin(99, kStart));
  CHECK_FALSE(pace.may_begin(100, kStart));
  Pace narrow({3, 1000000});
  CHECK_FALSE(narrow.may_begin(3, kStart));
}

TEST_CASE("a server that refuses is asked less at a time, one question at the least") {
  Pace pace({400, 1000000});
  note(pace, Outcome::answered, 400);
  pace.note(Outcome::refused, kStart);
  CHECK(pace.window() == 200);
  pace.note(Outcome::refused, kStart + milliseconds(100));  // of the same overload
  CHECK(pace.window() == 200);
  note(pace, Outcome::refused, 100);
  CHECK(pace.window() == 1);
  note(pace, Outcome::answered, 50);
  CHECK(pace.window() == 51);
}

TEST_CASE("a server that is slow with most is asked less, one that is so now and then is not") {
  Pace slow({400, 1000000});
  note(slow, Outcome::slow, 200);
  CHECK(slow.window() <= 2);
  Pace well({400, 1000000});
  for (int i = 0; i < 2000; ++i)
    well.note(i % 10 == 0 ? Outcome::slow : Outcome::answered, kStart + milliseconds(i));
  CHECK(well.window() == 400);
}

TEST_CASE("who must wait for the next second's questions is told how long") {
  Pace pace({400, 20});
  CHECK(pace.may_begin(0, kStart));
  CHECK_FALSE(pace.may_begin(0, kStart));
  CHECK(pace.next(kStart) == kStart + milliseconds(50));
  CHECK(pace.may_begin(0, pace.next(kStart)));
}

}  // namespace unsent
