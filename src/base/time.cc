// SPDX-License-Identifier: MIT
#include "base/time.h"

#include <fmt/format.h>

#include "base/text.h"

namespace unsent {
namespace {

// Takes exactly count digits off the front of text.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool take_char(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// "Z" or "+hh:mm"; the offset of the zone from UTC.
std::optional<seconds> take_zone(std::string_view& text) {
  if (take_char(text, "zZ")) return seconds(0);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take_char(text, ":")) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return seconds(sign * (*hours * 3600 + *minutes * 60));
}

}  // namespace

std::optional<Time> from_civil(const CivilTime& civil) {
  using namespace std::chrono;
  const year_month_day date{year(civil.year), month(static_cast<unsigned>(civil.month)),
                            day(static_cast<unsigned>(civil.day))};
  if (civil.month < 1 || civil.day < 1 || !date.ok()) return std::nullopt;
  if (civil.hour < 0 || civil.hour > 23 || civil.minute < 0 || civil.minute > 59)
    return std::nullopt;
  if (civil.second < 0 || civil.second > 60) return std::nullopt;
  return sys_days(date) + hours(civil.hour) + minutes(civil.minute) + seconds(civil.second);
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  CivilTime civil;
  const auto take = [&](int& field, std::size_t digits) {
    const auto number = take_digits(text, digits);
    if (number) field = *number;
    return number.has_value();
  };
  const bool has_time = take(civil.year, 4) && take_char(text, "-") && take(civil.month, 2) &&
                        take_char(text, "-") && take(civil.day, 2) && take_char(text, "tT ") &&
                        take(civil.hour, 2) && take_char(text, ":") && take(civil.minute, 2) &&
                        take_char(text, ":") && take(civil.second, 2);
  if (!has_time) return std::nullopt;
  if (take_char(text, ".")) {
    if (!take_digits(text, 1)) return std::nullopt;
    while (take_digits(text, 1)) {
    }
  }
  const auto zone = take_zone(text);
  const auto local = from_civil(civil);
  if (!zone || !local || !text.empty()) return std::nullopt;
  return *local - *zone;
}

std::string format_rfc3339(Time time) {
  using namespace std::chrono;
  const auto midnight = floor<days>(time);
  const year_month_day date{midnight};
  const hh_mm_ss clock{time - midnight};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace unsent
