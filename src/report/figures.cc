// SPDX-License-Identifier: MIT
#include "report/figures.h"

#include <fmt/format.h>

#include <array>

#include "base/local_time.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
constexpr seconds kSummer{2 * 3600};  // a day may begin so much early where clocks are put forward

std::string day_and_month(const CivilTime& civil) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return fmt::format("{} {}", civil.day, kMonths.at(static_cast<unsigned>(civil.month) - 1));
}

}  // namespace

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
  const CivilTime civil = local_civil(time);
  return fmt::format("{} {:02}:{:02}", day_text(time), civil.hour, civil.minute);
}

std::string day_text(Time time) {
  return fmt::format("{} {}", day_and_month(local_civil(time)), local_civil(time).year);
}

std::string minute_text(Time time, Time now) {
  const CivilTime civil = local_civil(time);
  return fmt::format("{} {:02}:{:02}", day_text(time, now), civil.hour, civil.minute);
}

std::string day_text(Time time, Time now) {
  const CivilTime civil = local_civil(time);
  return civil.year == local_civil(now).year ? day_and_month(civil) : day_text(time);
}

std::string date_text(Time time) {
  const CivilTime civil = local_civil(time);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string zone_text(Time time) {
  const auto minutes = zone_offset(time).count() / 60;
  if (minutes == 0) return "UTC";
  const auto ahead = minutes < 0 ? -minutes : minutes;
  return fmt::format("UTC{}{:02}:{:02}", minutes < 0 ? '-' : '+', ahead / 60, ahead % 60);
}

std::string span_begin_text(Time begin, seconds span, Time now) {
  if (span < kDay) return minute_text(begin, now);
  return day_text(begin + kSummer, now);
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
