// SPDX-License-Identifier: MIT
// A ledger held open for long: opened again where the file is another one now, or was damaged,
// and never in a transaction between two questions, so that what was written is seen at once.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "ledger/ledger_reader.h"

namespace unsent {

class WarmLedger {
 public:
  using Clock = std::chrono::steady_clock;

  explicit WarmLedger(std::string path) : path_(std::move(path)) {}

  // For one question, which waits for a lock 100 ms at most; right after one that did, not at all.
  Result<LedgerReader*> get();
  // After it. why: of an answer that could not be had, else "".
  void done(const std::string& why);

  const std::string& path() const { return path_; }

 private:
  Result<void> open();

  std::string path_;
  Deadline deadline_{std::chrono::milliseconds(0)};
  std::unique_ptr<LedgerReader> reader_;
  dev_t device_ = 0;
  ino_t file_ = 0;
  std::string fault_;             // why there is none
  Clock::time_point patience_{};  // until then a fault stands, and nothing waits for a lock
};

}  // namespace unsent
