// SPDX-License-Identifier: MIT
// RFC 5322 date-times as real mail writes them.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace unsent {

// "Mon, 23 Nov 2026 10:00:00 +0100 (CET)", also without weekday or seconds, with a
// two-digit year, a named zone (RFC 5322 4.3; unknown names are UTC), dashes for blanks,
// or the order of asctime ("Mon Nov 23 10:00:00 2026"). nullopt if no date can be read.
std::optional<Time> parse_date(std::string_view text);

}  // namespace unsent
