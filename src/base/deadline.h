// SPDX-License-Identifier: MIT
// The time that one message may take, shared by all who wait on its behalf.
#pragma once

#include <algorithm>
#include <chrono>

namespace unsent {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // Starts at once: to open what the first message asks is part of its time.
  explicit Deadline(std::chrono::milliseconds whole)
      : whole_(whole), until_(Clock::now() + whole) {}
  void begin_message() {
    if (has_begun_) until_ = Clock::now() + whole_;
    has_begun_ = true;
  }

  // The message goes on that had this end before: the next begin_message() gives no new time.
  void resume(Clock::time_point until) {
    until_ = until;
    has_begun_ = false;
  }

  Clock::time_point until() const { return until_; }
  std::chrono::milliseconds whole() const { return whole_; }
  // Zero when it is over.
  std::chrono::milliseconds left() const {
    using std::chrono::milliseconds;
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until_ - Clock::now()));
  }

 private:
  std::chrono::milliseconds whole_;
  Clock::time_point until_;
  bool has_begun_ = false;
};

}  // namespace unsent
