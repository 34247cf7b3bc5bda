// SPDX-License-Identifier: MIT
// How fast a name server that is not ours may be asked: how many questions may be open, and how
// many may begin in a second. Knows no clock and asks nothing itself.
#pragma once

#include <chrono>
#include <cstddef>

namespace unsent {

struct PaceLimits {
  std::size_t most_open = 1000;  // at a time; so many only where many are silent
  int per_second = 4000;
  bool operator==(const PaceLimits&) const = default;
};

class Pace {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Outcome {
    answered,
    slow,     // or lost on the way, and asked again
    refused,  // as forwarders do that have too much to do
  };

  explicit Pace(PaceLimits limits);

  // One more question may begin, and now counts as begun.
  bool may_begin(std::size_t open, Clock::time_point now);
  // When may_begin is worth asking again, as far as the time alone hinders it.
  Clock::time_point next(Clock::time_point now) const;

  // Of a question that was answered: silent domains are not the server's fault. Who answers
  // well is asked more at a time, up to the limit; who refuses, or is slow with a third of the
  // questions, half as much.
  void note(Outcome outcome, Clock::time_point now);

  std::size_t window() const { return static_cast<std::size_t>(window_); }

 private:
  void refill(Clock::time_point now);
  void halve(Clock::time_point now);

  PaceLimits limits_;
  double window_;
  double tokens_;
  double slow_ = 0;  // share of the last questions that were slow
  Clock::time_point filled_{};
  Clock::time_point halved_{};
};

}  // namespace unsent
