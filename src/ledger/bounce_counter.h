// SPDX-License-Identifier: MIT
// Counts the bounces about a message, and notes what proves how complete the ledger is. It
// gives up at once where that cannot be done: no verdict waits for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

class Database;

// What judging learns.
enum class Notes {
  written,      // to the ledger, where it can be
  not_written,  // counted with the others that come, and forgotten with the counter
};

class BounceCounter {
 public:
  // By a connection that others use as well, and that outlives it; to be opened to write where
  // notes are written.
  BounceCounter(Database& database, Notes notes);
  // By one of its own, opened when there is something to count.
  explicit BounceCounter(std::string path);
  ~BounceCounter();

  // How many different bounces about that row are known, this one among them; at most
  // Ledger::kMostCounted. 0 if the ledger is locked, read-only, on a full disk, or lacks that row.
  std::int64_t count(std::int64_t row, std::string_view bounce);
  // The same of those to an address, which is counted under a number that no row has.
  std::int64_t count_to(std::string_view address, std::string_view bounce);
  // See Proof; the first 10,000 until some are forgotten.
  void note(std::string_view bringer, bool is_recorded, Time now);
  Notes notes() const { return notes_; }
  // Something failed: it counts no more, another one may.
  bool has_given_up() const { return has_given_up_; }

 private:
  struct Account;
  bool is_open();

  Notes notes_ = Notes::written;
  std::unique_ptr<Account> account_;
  bool has_given_up_ = false;
};

}  // namespace unsent
