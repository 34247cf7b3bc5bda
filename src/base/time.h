// SPDX-License-Identifier: MIT
// Points in time, UTC, whole seconds. The clock itself is asked only in app/; all
// else is told what time it is.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {

using Time = std::chrono::sys_seconds;
using std::chrono::seconds;

// RFC 3339, with a zone: "2026-11-23T10:00:00Z", "2026-11-23 10:00:00.5+01:00".
// Fractions are dropped; a leap second is the second after it. nullopt otherwise.
std::optional<Time> parse_rfc3339(std::string_view text);

// "2026-11-23T10:00:00Z". Years outside 0 to 9999 are printed as they are.
std::string format_rfc3339(Time time);

// From calendar fields; nullopt if one is out of range (month 13, 31 April, hour 24).
// A second of 60 is allowed (leap second).
struct CivilTime {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};
std::optional<Time> from_civil(const CivilTime& civil);

}  // namespace unsent
