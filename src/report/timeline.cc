// SPDX-License-Identifier: MIT
#include "report/timeline.h"

#include <algorithm>
#include <array>

namespace unsent {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
// Each divides the next, so that bins can be merged.
constexpr std::array<std::int64_t, 11> kWidths = {600,       1800,       kHour,      3 * kHour,
                                                  6 * kHour, 12 * kHour, kDay,       7 * kDay,
                                                  28 * kDay, 364 * kDay, 3640 * kDay};
constexpr std::size_t kMostHeld = 4096;
// Weeks begin on a Monday; 1970-01-05 was one.
constexpr std::int64_t kFirstMonday = 4 * kDay;
// No mail is from before 1970 or after 2100, whatever its date.
constexpr std::int64_t kLatest = 4102444800;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

using Bins = std::map<std::int64_t, VerdictCounts>;

Bins merged(const Bins& bins, std::int64_t factor) {
  Bins out;
  for (const auto& [number, counts] : bins) out[floor_divide(number, factor)] += counts;
  return out;
}

// The first bin before which (walking from begin) lies more than skip.
template <typename Iterator>
Iterator past_strays(Iterator begin, Iterator end, std::uint64_t skip) {
  std::uint64_t passed = 0;
  while (begin != end) {
    passed += begin->second.total();
    if (passed > skip) break;
    ++begin;
  }
  return begin;
}

struct Range {
  std::int64_t first;
  std::int64_t last;
  std::int64_t length() const { return last - first + 1; }
};

// Of all bins; or of all but a few at either end if that makes it much shorter.
Range range_of(const Bins& bins) {
  std::uint64_t total = 0;
  for (const auto& [number, counts] : bins) total += counts.total();
  const Range whole{bins.begin()->first, bins.rbegin()->first};
  const std::uint64_t few = total < 20 ? 0 : std::max<std::uint64_t>(1, total / 100);
  const Range core{past_strays(bins.begin(), bins.end(), few)->first,
                   past_strays(bins.rbegin(), bins.rend(), few)->first};
  return core.length() < whole.length() / 16 ? core : whole;
}

}  // namespace

void Timeline::add(Time time, Verdict verdict) {
  const std::int64_t at =
      std::clamp<std::int64_t>((time + ahead_).time_since_epoch().count(), 0, kLatest);
  ++held_[floor_divide(at - kFirstMonday, kWidths.at(width_))][verdict];
  while (held_.size() > kMostHeld && width_ + 1 < kWidths.size()) {
    held_ = merged(held_, kWidths.at(width_ + 1) / kWidths.at(width_));
    ++width_;
  }
}

Timeline::View Timeline::view(std::size_t most) const {
  View view;
  if (held_.empty()) return view;
  std::size_t width = width_;
  Bins bins = held_;
  Range range = range_of(bins);
  while (range.length() > static_cast<std::int64_t>(most) && width + 1 < kWidths.size()) {
    bins = merged(bins, kWidths.at(width + 1) / kWidths.at(width));
    ++width;
    range = range_of(bins);
  }
  view.width = seconds(kWidths.at(width));
  view.ahead = ahead_;
  for (std::int64_t number = range.first; number <= range.last; ++number)
    view.bins.push_back({Time(seconds(number * kWidths.at(width) + kFirstMonday)) - ahead_, {}});
  for (const auto& [number, counts] : bins) {
    if (number < range.first) {
      view.earlier += counts.total();
    } else if (number > range.last) {
      view.later += counts.total();
    } else {
      view.bins[static_cast<std::size_t>(number - range.first)].counts = counts;
    }
  }
  return view;
}

}  // namespace unsent
