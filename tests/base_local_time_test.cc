// SPDX-License-Identifier: MIT
#include "base/local_time.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

using namespace unsent;

namespace {

void set_zone(const char* zone) {
  ::setenv("TZ", zone, 1);
  ::tzset();
}

}  // namespace

TEST_CASE("times are those of the zone, summer and winter") {
  struct Row {
    const char* zone;
    const char* time;
    int day;
    int hour;
    long long ahead;
  };
  constexpr const char* kEurope = "CET-1CEST,M3.5.0,M10.5.0/3";
  constexpr Row kRows[] = {
      {"UTC", "2026-11-22T23:30:00Z", 22, 23, 0},
      {kEurope, "2026-11-22T23:30:00Z", 23, 0, 3600},
      {kEurope, "2026-07-22T23:30:00Z", 23, 1, 7200},
      {"EST5", "2026-11-22T03:00:00Z", 21, 22, -5 * 3600},
  };
  for (const Row& row : kRows) {
    set_zone(row.zone);
    const Time time = *parse_rfc3339(row.time);
    CAPTURE(row.zone);
    CHECK(local_civil(time).day == row.day);
    CHECK(local_civil(time).hour == row.hour);
    CHECK(zone_offset(time).count() == row.ahead);
  }
  set_zone("UTC");
}

TEST_CASE("a date is the time when that day begins in the zone") {
  set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
  CHECK(parse_local_date("2026-11-01") == parse_rfc3339("2026-10-31T23:00:00Z"));
  CHECK(parse_local_date("2026-07-01") == parse_rfc3339("2026-06-30T22:00:00Z"));
  set_zone("UTC");
  CHECK(parse_local_date("2026-11-01") == parse_rfc3339("2026-11-01T00:00:00Z"));
  for (const char* text : {"", "2026-11-31", "2026-11-1", "1 Nov 2026", "2026-11-01T00:00:00Z"})
    CHECK_FALSE(parse_local_date(text));
}
