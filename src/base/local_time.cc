// SPDX-License-Identifier: MIT
#include "base/local_time.h"

#include <ctime>
#include <string>

namespace unsent {
namespace {

// False for a year that no calendar has.
bool break_down(Time time, std::tm& civil) {
  const std::time_t at = time.time_since_epoch().count();
  return ::localtime_r(&at, &civil) != nullptr;
}

}  // namespace

CivilTime local_civil(Time time) {
  std::tm civil{};
  if (!break_down(time, civil)) return {};
  return {civil.tm_year + 1900, civil.tm_mon + 1, civil.tm_mday,
          civil.tm_hour,        civil.tm_min,     civil.tm_sec};
}

seconds zone_offset(Time time) {
  std::tm civil{};
  return seconds(break_down(time, civil) ? civil.tm_gmtoff : 0);
}

std::optional<Time> parse_local_date(std::string_view text) {
  const auto midnight = parse_rfc3339(std::string(text) + "T00:00:00Z");
  if (text.size() != 10 || !midnight) return std::nullopt;
  const Time first = *midnight - zone_offset(*midnight);
  return *midnight - zone_offset(first);
}

}  // namespace unsent
