// SPDX-License-Identifier: MIT
#include "dns/desk.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "spf/name.h"

namespace unsent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest{60000};
constexpr milliseconds kUnwakeable{20};  // there was no pipe to be had

}  // namespace

struct DnsDesk::Ticket {
  std::size_t open = 0;
  std::function<void()> ready;  // empty once it was called
};

DnsDesk::DnsDesk(CaresOptions options, const std::string& cache)
    : channel_(options, [this](const DnsQuestion& question,
                               const DnsAnswer& answer) { take(question, answer); }),
      disk_(cache.empty() ? nullptr : std::make_unique<DiskCache>(cache)),
      most_queued_(channel_.window()) {}

DnsDesk::~DnsDesk() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  wake();
  if (thread_.joinable()) thread_.join();
}

DnsAnswer DnsDesk::lookup(std::string_view name, DnsType type) {
  auto wanted = query_name(name);
  if (!wanted) return {DnsStatus::nxdomain, {}, {}, {}};
  const DnsQuestion question{*std::move(wanted), type};
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (auto known = answers_.find(question, now)) return *std::move(known);
  auto kept = disk_ ? disk_->find(question) : std::nullopt;
  if (!kept) return {DnsStatus::pending, {}, {}, {}};
  answers_.keep(question, *kept, now);
  return *std::move(kept);
}

void DnsDesk::ask(const std::vector<DnsQuestion>& questions, Clock::time_point until,
                  std::function<void()> ready) {
  auto ticket = std::make_shared<Ticket>();
  bool is_known = true;  // all; the ticket itself is the working thread's as well from then on
  {
    const std::lock_guard lock(mutex_);
    const std::size_t before = fresh_.size();
    for (const DnsQuestion& question : questions) {
      if (answers_.find(question, Clock::now())) continue;  // meanwhile
      ++ticket->open;
      Waiting& waiting = waiting_[question];
      if (waiting.empty()) fresh_.push_back(question);
      waiting.push_back(ticket);
    }
    is_known = ticket->open == 0;
    if (!is_known) {
      ticket->ready = std::move(ready);
      deadlines_.emplace(until, ticket);
    }
    queued_ += fresh_.size() - before;
  }
  if (is_known) return ready();
  wake();
}

// The pipe holds a byte at most: it is read before the fresh questions are.
void DnsDesk::wake() {
  if (wake_write_.is_open() && ::write(wake_write_.get(), "", 1) < 0) return;  // it is full: awake
}

void DnsDesk::start() {
  if (thread_.joinable()) return;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0) {
    wake_read_ = FileDescriptor(ends[0]);
    wake_write_ = FileDescriptor(ends[1]);
  }
  thread_ = std::thread([this] { run(); });
}

void DnsDesk::run() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (is_over_) return;
    }
    work(Clock::now() + (wake_read_.is_open() ? kLongest : kUnwakeable));
  }
}

void DnsDesk::work(Clock::time_point until) {
  std::array<char, 64> woken{};
  while (wake_read_.is_open() && ::read(wake_read_.get(), woken.data(), woken.size()) > 0) {
  }
  std::vector<DnsQuestion> fresh;
  {
    const std::lock_guard lock(mutex_);
    fresh.swap(fresh_);
    if (!deadlines_.empty()) until = std::min(until, deadlines_.begin()->first);
  }
  for (DnsQuestion& question : fresh) channel_.ask(std::move(question));
  channel_.work(until, wake_read_.get());
  end_overdue(Clock::now());
}

void DnsDesk::take(const DnsQuestion& question, const DnsAnswer& answer) {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard lock(mutex_);
    answers_.keep(question, answer, Clock::now());
    if (disk_) disk_->keep(question, answer);
    count_queued();
    auto waiting = waiting_.extract(question);
    if (waiting.empty()) return;
    for (const auto& ticket : waiting.mapped())
      if (--ticket->open == 0 && ticket->ready) ready.push_back(std::exchange(ticket->ready, {}));
  }
  for (const auto& call : ready) call();
}

void DnsDesk::count_queued() {
  queued_ = fresh_.size() + channel_.queued();
  most_queued_ = channel_.window();
}

// A ticket stays until its time is up, answered or not.
void DnsDesk::end_overdue(Clock::time_point now) {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard lock(mutex_);
    count_queued();
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      Ticket& ticket = *deadlines_.begin()->second;
      if (ticket.ready) ready.push_back(std::exchange(ticket.ready, {}));
      deadlines_.erase(deadlines_.begin());
    }
  }
  for (const auto& call : ready) call();
}

void DnsDesk::ask_and_wait(const std::vector<DnsQuestion>& questions, Clock::time_point until) {
  bool is_done = false;
  ask(questions, until, [&is_done] { is_done = true; });
  while (!is_done) work(until);
}

}  // namespace unsent
