// SPDX-License-Identifier: MIT
// Judges messages on several threads and hands them on in the order in which they came.
// Holds a bounded number of them, so that memory stays flat whatever comes.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/scan_gist.h"
#include "app/setup.h"

namespace unsent {

using Judged = std::function<Result<void>(const StoredMessage&, Gist&)>;

class JudgePool {
 public:
  // A thread for each of the judges, which no other thread uses meanwhile. judged is called
  // by the thread that calls add and finish. With one judge there are no threads.
  JudgePool(std::vector<Setup>& judges, const GistParts& parts, Judged judged);
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;
  ~JudgePool();

  // Judges now or soon; hands on what is ready. An error is one of judged.
  Result<void> add(const StoredMessage& stored);
  // Hands on all that is left.
  Result<void> finish();

 private:
  struct Letter;
  struct Batch;
  struct Worker {
    const Setup* judge;
    // Handed on: emptied by the thread whose memory is in them, which is the cheapest.
    std::vector<std::unique_ptr<Batch>> spent;
    std::thread thread;
  };
  Result<void> judge_here(const StoredMessage& stored);
  void put(const StoredMessage& stored, std::string_view bytes, bool is_ordinary);
  Result<void> submit();
  Result<void> hand_on(std::size_t most_waiting, std::size_t most_bytes);
  Result<void> hand_on_batch(Batch& batch);
  std::unique_ptr<Batch> take_empty_batch();
  void work(Worker& worker);
  void empty(std::vector<std::unique_ptr<Batch>> spent);
  void judge_batch(Batch& batch, const Setup& judge) const;
  Gist judge_letter(const Letter& letter, const Setup& judge) const;

  std::vector<Setup>& judges_;
  const GistParts parts_;
  Judged judged_;
  std::unique_ptr<RuleSet> gate_;  // the reader's own rules: what is ordinary goes no further
  std::unique_ptr<Batch> open_;
  std::deque<std::unique_ptr<Batch>> waiting_;  // in order
  std::size_t bytes_ = 0;                       // held in waiting_
  std::deque<Batch*> work_;
  std::vector<std::unique_ptr<Batch>> empty_;
  bool is_over_ = false;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_result_;
  std::deque<Worker> workers_;
};

}  // namespace unsent
