// SPDX-License-Identifier: MIT
// Writes for the service: counts, proofs, and what its users send. It may wait for other writers,
// and so works on a thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/bounce_counter.h"
#include "ledger/ledger_writer.h"
#include "serve/people.h"
#include "serve/wire.h"

namespace unsent {

// Opens the ledger to write, and takes in what waits beside it.
struct LedgerDoor {
  std::string path;
  std::function<Result<std::unique_ptr<LedgerWriter>>()> open;
  std::function<Result<void>(LedgerWriter&)> take_pending;
  std::function<Result<void>(const Entry&)> keep_pending;  // where it is locked
};

class Bookkeeper {
 public:
  explicit Bookkeeper(LedgerDoor door) : door_(std::move(door)), counter_(fresh_counter()) {}

  // The answer's line.
  std::string note(const Noted& noted);
  // Waits for settle(), which writes them together; then answered is called with the line.
  void record(RecordRequest request, Client client, std::function<void(std::string line)> answered);
  void settle();

 private:
  struct Waiting {
    Entry entry;
    Client client;
    std::string source;
    std::function<void(std::string)> answered;
    std::string line = {};
    bool is_refused = false;
  };

  std::unique_ptr<BounceCounter> fresh_counter() const {
    return std::make_unique<BounceCounter>(door_.path);
  }
  Result<void> write_all_waiting();
  void keep_waiting(const Error& why);

  LedgerDoor door_;
  std::unique_ptr<BounceCounter> counter_;
  std::vector<Waiting> waiting_;
};

}  // namespace unsent
