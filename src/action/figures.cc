// SPDX-License-Identifier: MIT
#include "action/figures.h"

#include <fmt/format.h>

#include <array>

namespace unsent {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string byte_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 4> kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return counted(bytes, "byte", "bytes");
  double amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (amount >= 999.95 && unit + 1 < kUnits.size()) {
    amount /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", amount, kUnits.at(unit));
}

std::string minute_text(Time time) {
  const std::string text = format_rfc3339(time);
  const std::size_t middle = text.find('T');
  return text.substr(0, middle) + ' ' + text.substr(middle + 1, 5);
}

std::string day_text(Time time) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()));
}

std::string span_text(seconds span) {
  const auto count = static_cast<std::uint64_t>(span.count());
  if (count % 86400 == 0) return counted(count / 86400, "day", "days");
  if (count % 3600 == 0) return counted(count / 3600, "hour", "hours");
  return counted(count / 60, "minute", "minutes");
}

std::string clock_text(seconds span) {
  const auto count = span.count();
  if (count < 3600) return fmt::format("{}:{:02}", count / 60, count % 60);
  return fmt::format("{}:{:02}:{:02}", count / 3600, count / 60 % 60, count % 60);
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

}  // namespace unsent
