// SPDX-License-Identifier: MIT
// How far a long scan is, in one line that fits its window. Pure: who shows it, and when, is
// scan/progress.h's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "report/tally.h"

namespace unsent {

struct ProgressState {
  VerdictCounts counts;
  std::uint64_t read = 0;              // bytes, on the disk
  std::optional<std::uint64_t> total;  // of all mailboxes; nullopt: not known (yet)
};

// Rates that follow what happens now, without jumping about.
class ProgressMeter {
 public:
  using Seconds = std::chrono::duration<double>;

  // elapsed: since the scan began, never less than at the last call.
  void update(const ProgressState& state, Seconds elapsed);

  double messages_per_second() const { return messages_rate_; }
  // nullopt: not known, or there is nothing left.
  std::optional<std::chrono::seconds> left() const;
  const ProgressState& state() const { return state_; }

 private:
  ProgressState state_;
  Seconds elapsed_{0};
  double messages_rate_ = 0;
  double bytes_rate_ = 0;
};

// "37%  0:06 left  4,983 messages  51,200/s  181.4 MB of 489.1 MB  3 genuine  12 unverified …",
// at most so many columns: what matters least is left out first.
std::string progress_line(const ProgressMeter& meter, std::size_t width);

// Of work on mailboxes that were read already: "changing  37%  0:06 left  181.4 MB of 489.1 MB".
std::string work_line(std::string_view what, const ProgressMeter& meter, std::size_t width);

}  // namespace unsent
