// SPDX-License-Identifier: MIT
#include "daemon/worker.h"

#include <utility>

namespace unsent {

Worker::Worker(std::function<void()> done) : done_(std::move(done)), thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Worker::give(Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void Worker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::deque<Work> batch;
    batch.swap(waiting_);
    lock.unlock();
    for (const Work& work : batch) work();
    if (done_) done_();
    lock.lock();
  }
}

}  // namespace unsent
