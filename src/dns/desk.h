// SPDX-License-Identifier: MIT
// Where all the messages of a run ask the DNS: what is known is answered at once, the rest is
// asked together, each question once however many wait for it. As a Resolver it never waits:
// what must be asked first is pending.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "dns/answers.h"
#include "dns/cares.h"
#include "dns/disk_cache.h"

namespace unsent {

class DnsDesk : public Resolver {
 public:
  using Clock = std::chrono::steady_clock;

  // cache: the file that keeps answers across runs; "" for none.
  explicit DnsDesk(CaresOptions options, const std::string& cache = {});
  ~DnsDesk() override;

  // From any thread.
  DnsAnswer lookup(std::string_view name, DnsType type) override;

  // Calls ready once, when all of them are answered or until has come; it must not wait, nor
  // ask. From any thread once start() was called; ready then comes from the desk's own.
  void ask(const std::vector<DnsQuestion>& questions, Clock::time_point until,
           std::function<void()> ready);
  // So much is waiting to be asked that a new message had better wait, too.
  bool is_full() const { return queued_ >= most_queued_; }
  // Works on a thread of its own from now on.
  void start();

  // Without start(): works itself until they are answered or until has come.
  void ask_and_wait(const std::vector<DnsQuestion>& questions, Clock::time_point until);

 private:
  struct Ticket;
  using Waiting = std::vector<std::shared_ptr<Ticket>>;
  struct Hash {
    std::size_t operator()(const DnsQuestion& question) const {
      return std::hash<std::string>{}(question.name) * 31 + static_cast<std::size_t>(question.type);
    }
  };
  void work(Clock::time_point until);
  void run();
  void wake();
  void take(const DnsQuestion& question, const DnsAnswer& answer);
  void end_overdue(Clock::time_point now);
  void count_queued();

  CaresChannel channel_;  // of the working thread
  std::unique_ptr<DiskCache> disk_;
  // As many as may be open now: what is queued begins soon, and no message waits in vain.
  std::atomic<std::size_t> most_queued_;
  std::atomic<std::size_t> queued_ = 0;
  std::mutex mutex_;  // of all that follows but the thread
  Answers answers_;
  std::unordered_map<DnsQuestion, Waiting, Hash> waiting_;
  std::vector<DnsQuestion> fresh_;  // not yet given to the channel
  std::multimap<Clock::time_point, std::shared_ptr<Ticket>> deadlines_;
  bool is_over_ = false;
  FileDescriptor wake_read_;
  FileDescriptor wake_write_;
  std::thread thread_;
};

}  // namespace unsent
