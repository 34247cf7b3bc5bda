// SPDX-License-Identifier: MIT
// Times in the zone of whoever runs this: TZ, else the system's.
#pragma once

#include <optional>

#include "base/time.h"

namespace unsent {

CivilTime local_civil(Time time);
// How far that zone is ahead of UTC then.
seconds zone_offset(Time time);
// When a day begins there: "2026-11-01". nullopt if it is no date.
std::optional<Time> parse_local_date(std::string_view text);

}  // namespace unsent
