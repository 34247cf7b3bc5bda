// SPDX-License-Identifier: MIT
#include "base/time.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("RFC 3339 times are read with their zone") {
  struct Row {
    const char* text;
    long long seconds;
  };
  constexpr Row kRows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-23T10:00:00Z", 1795428000},
      {"2026-11-23 11:00:00+01:00", 1795428000},
      {"2026-11-23t04:30:00.123456-05:30", 1795428000},
      {"1969-12-31T23:59:59Z", -1},
      {"2024-02-29T00:00:00Z", 1709164800},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.text);
    const auto time = parse_rfc3339(row.text);
    REQUIRE(time);
    CHECK(time->time_since_epoch().count() == row.seconds);
    CHECK(parse_rfc3339(format_rfc3339(*time)) == time);
  }
}

TEST_CASE("what is not an RFC 3339 time is none") {
  for (const char* text :
       {"", "2026-11-23", "2026-11-23T10:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z", "2026-11-23T10:00:61Z",
        "2026-11-23T10:00:00+25:00", "2026-11-23T10:00:00.Z", "2026-11-23T10:00:00Z ", "now",
        "26-11-23T10:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}

}  // namespace unsent
