// SPDX-License-Identifier: MIT
// Numbers and dates as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

std::string grouped(std::uint64_t number);   // "4,971"
std::string byte_text(std::uint64_t bytes);  // "812 bytes", "48.1 MB"; a MB has 1000 kB
std::string minute_text(Time time);          // "2026-11-02 09:15", UTC
std::string day_text(Time time);             // "2 Nov 2026", UTC
std::string span_text(seconds span);         // "10 minutes", "3 hours", "1 day"
std::string clock_text(seconds span);        // "0:07", "12:34", "1:02:03"
// "1 message", "4,971 messages".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace unsent
