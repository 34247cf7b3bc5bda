// SPDX-License-Identifier: MIT
// Numbers and dates as people read them: times are those of the zone of whoever runs this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

std::string grouped(std::uint64_t number);   // "4,971"
std::string byte_text(std::uint64_t bytes);  // "812 bytes", "48.1 MB"; a MB has 1000 kB
std::string minute_text(Time time);          // "2 Nov 2026 09:15"
std::string day_text(Time time);             // "2 Nov 2026"
// Without the year where it is that of now: "2 Nov 09:15", "2 Nov".
std::string minute_text(Time time, Time now);
std::string day_text(Time time, Time now);
std::string date_text(Time time);     // "2026-11-02", as options take it
std::string zone_text(Time time);     // "UTC", "UTC+01:00"
std::string span_text(seconds span);  // "10 minutes", "3 hours", "1 day"
// Of a time span that begins then: "2 Nov 09:15", or of whole days "2 Nov".
std::string span_begin_text(Time begin, seconds span, Time now);
std::string clock_text(seconds span);  // "0:07", "12:34", "1:02:03"
// "1 message", "4,971 messages".
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

}  // namespace unsent
