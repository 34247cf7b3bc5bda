// SPDX-License-Identifier: MIT
#include "daemon/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace unsent {
namespace {

constexpr int kMostAtOnce = 64;

std::uint64_t token_of(int fd, std::uint32_t generation) {
  return std::uint64_t{generation} << 32U | static_cast<std::uint32_t>(fd);
}

}  // namespace

Result<std::unique_ptr<Loop>> Loop::make() {
  std::unique_ptr<Loop> loop(new Loop);
  loop->epoll_ = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
  if (!loop->epoll_.is_open()) return os_failure("epoll", errno);
  loop->wake_ = FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!loop->wake_.is_open()) return os_failure("eventfd", errno);
  Loop* const self = loop.get();
  auto watched = loop->watch(loop->wake_.get(), EPOLLIN, [self](std::uint32_t) {
    std::uint64_t count = 0;
    static_cast<void>(::read(self->wake_.get(), &count, sizeof count));
    self->run_posted();
  });
  if (!watched) return watched.failure();
  return loop;
}

Result<void> Loop::watch(int fd, std::uint32_t events, Ready ready) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = token_of(fd, ++generations_);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return os_failure("epoll", errno);
  watched_[fd] = {generations_, std::make_shared<const Ready>(std::move(ready))};
  return {};
}

void Loop::change(int fd, std::uint32_t events) {
  const auto found = watched_.find(fd);
  if (found == watched_.end()) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = token_of(fd, found->second.generation);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void Loop::forget(int fd) {
  if (watched_.erase(fd) > 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

Loop::TimerId Loop::at(Clock::time_point when, std::function<void()> what) {
  const TimerId timer = ++last_timer_;
  timers_.emplace(std::pair(when, timer), std::move(what));
  times_.emplace(timer, when);
  return timer;
}

void Loop::cancel(TimerId timer) {
  const auto found = times_.find(timer);
  if (found == times_.end()) return;
  timers_.erase({found->second, timer});
  times_.erase(found);
}

void Loop::post(std::function<void()> what) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(what));
  }
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_.get(), &one, sizeof one));
}

int Loop::milliseconds_left() const {
  using std::chrono::milliseconds;
  if (timers_.empty()) return -1;
  const auto left = std::chrono::ceil<milliseconds>(timers_.begin()->first.first - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

// Those that are due now; what they set for at once is of the next round.
void Loop::run_timers() {
  const std::pair now(Clock::now(), last_timer_);
  while (!timers_.empty() && timers_.begin()->first <= now) {
    const auto what = std::move(timers_.begin()->second);
    times_.erase(timers_.begin()->first.second);
    timers_.erase(timers_.begin());
    what();
  }
}

void Loop::run_posted() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (const auto& what : posted) what();
}

// Of a descriptor that was forgotten in the same round nothing is told.
void Loop::dispatch(std::uint64_t token, std::uint32_t events) {
  const auto found = watched_.find(static_cast<int>(token & UINT32_MAX));
  if (found == watched_.end() || found->second.generation != token >> 32U) return;
  const auto ready = found->second.ready;
  (*ready)(events);
}

Result<void> Loop::run() {
  epoll_event events[kMostAtOnce];
  while (!is_stopped_) {
    const int count = ::epoll_wait(epoll_.get(), events, kMostAtOnce, milliseconds_left());
    if (count < 0 && errno != EINTR) return os_failure("epoll", errno);
    for (int i = 0; i < count; ++i) dispatch(events[i].data.u64, events[i].events);
    run_timers();
  }
  return {};
}

}  // namespace unsent
