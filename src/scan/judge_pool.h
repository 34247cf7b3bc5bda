// SPDX-License-Identifier: MIT
// Judges messages on several threads and hands them on in the order in which they came. What
// waits for the DNS keeps no thread: hundreds do at a time, and their questions are asked
// together. Holds a bounded number of them, so that memory stays flat whatever comes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "scan/gist.h"
#include "setup/setup.h"

namespace unsent {

using Judged = std::function<Result<void>(const StoredMessage&, Gist&)>;

class JudgePool {
 public:
  // A thread for each of the judges, which no other thread uses meanwhile. judged is called
  // by the thread that calls add and finish. With one judge and no network there are no threads.
  JudgePool(std::vector<Setup>& judges, const GistParts& parts, Judged judged);
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;
  ~JudgePool();

  // Judges now or soon; hands on what is ready. An error is one of judged.
  Result<void> add(const StoredMessage& stored);
  // Hands on all that is left.
  Result<void> finish();

  // What was asked of the DNS about messages that were handed on, and has not been answered.
  struct Unanswered {
    std::uint64_t questions = 0;
    std::uint64_t messages = 0;
  };
  const Unanswered& unanswered() const { return unanswered_; }

 private:
  struct Letter;
  struct Batch;
  struct Worker {
    const Setup* judge;
    // Handed on: emptied by the thread whose memory is in them, which is the cheapest.
    std::vector<std::unique_ptr<Batch>> spent;
    std::thread thread;
  };
  // Letters whose answers have come. The desk may still fill it when the pool is gone.
  struct Answered {
    std::mutex mutex;  // of this, and of all that the pool's threads share
    std::condition_variable has_work;
    std::deque<Letter*> letters;
  };
  Result<void> judge_here(const StoredMessage& stored);
  void put(const StoredMessage& stored, std::string_view bytes, bool is_ordinary);
  Result<void> submit();
  Result<void> hand_on(std::size_t most_waiting, std::size_t most_bytes);
  bool wait_for_front();
  Result<void> hand_on_batch(Batch& batch);
  std::unique_ptr<Batch> take_empty_batch();
  bool may_start() const { return !work_.empty() && !(desk_ && desk_->is_full()); }
  void work(Worker& worker);
  void empty(std::vector<std::unique_ptr<Batch>> spent);
  void start_batch(Batch& batch, Worker& worker);
  bool judge_letter(Letter& letter, const Setup& judge);
  void park(Letter& letter, const std::vector<DnsQuestion>& questions);
  void finish_letters(Batch& batch, std::size_t count, Worker& worker);

  std::vector<Setup>& judges_;
  const GistParts parts_;
  Judged judged_;
  DnsDesk* desk_;                  // null where no network is asked
  std::unique_ptr<RuleSet> gate_;  // the reader's own rules: what is ordinary goes no further
  std::unique_ptr<Batch> open_;
  std::deque<std::unique_ptr<Batch>> waiting_;  // in order
  std::size_t bytes_ = 0;                       // held in waiting_
  std::deque<Batch*> work_;
  std::vector<std::unique_ptr<Batch>> empty_;
  bool is_over_ = false;
  std::shared_ptr<Answered> answered_ = std::make_shared<Answered>();
  std::mutex& mutex_ = answered_->mutex;
  std::condition_variable& has_work_ = answered_->has_work;
  std::condition_variable has_result_;
  std::deque<Worker> workers_;
  Unanswered unanswered_;
};

}  // namespace unsent
