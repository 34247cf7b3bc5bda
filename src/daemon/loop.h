// SPDX-License-Identifier: MIT
// One thread that waits: for descriptors, for times, and for what other threads hand in. All
// that it calls is called by that thread, one after the other, and must not wait itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

class Loop {
 public:
  using Clock = std::chrono::steady_clock;
  using Ready = std::function<void(std::uint32_t events)>;  // EPOLLIN, …
  using TimerId = std::uint64_t;                            // 0: none

  static Result<std::unique_ptr<Loop>> make();

  // Each time that something of events is so (level-triggered). fd stays the caller's, who
  // forgets it here before it is closed. events may be 0: then only an error or hang-up calls.
  Result<void> watch(int fd, std::uint32_t events, Ready ready);
  void change(int fd, std::uint32_t events);
  void forget(int fd);

  // Once, at that time or a little later. Cancelling one that has been, or 0, does nothing.
  TimerId at(Clock::time_point when, std::function<void()> what);
  void cancel(TimerId timer);

  // The one call that other threads may make: what is called as soon as the loop comes by.
  void post(std::function<void()> what);

  // Until stop(); an error if it cannot wait any more.
  Result<void> run();
  void stop() { is_stopped_ = true; }

 private:
  struct Watched {
    std::uint32_t generation = 0;
    std::shared_ptr<const Ready> ready;
  };

  Loop() = default;
  int milliseconds_left() const;
  void run_timers();
  void run_posted();
  void dispatch(std::uint64_t token, std::uint32_t events);

  FileDescriptor epoll_;
  FileDescriptor wake_;
  std::unordered_map<int, Watched> watched_;
  std::uint32_t generations_ = 0;  // tells a descriptor from the one that had its number before
  std::map<std::pair<Clock::time_point, TimerId>, std::function<void()>> timers_;
  std::unordered_map<TimerId, Clock::time_point> times_;
  TimerId last_timer_ = 0;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  bool is_stopped_ = false;
};

}  // namespace unsent
