// SPDX-License-Identifier: MIT
// One thread beside the loop, for what may wait: a disk, a lock, a directory service. Work is done
// in the order in which it was given.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace unsent {

class Worker {
 public:
  using Work = std::function<void()>;

  // What is given while one batch is done is the next batch: done() follows each.
  explicit Worker(std::function<void()> done = {});
  // Does first what it was given.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // False, and nothing is done of it, where so much waits that it would be too late.
  bool give(Work work);

 private:
  static constexpr std::size_t kMostWaiting = 10000;
  void run();

  std::function<void()> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace unsent
