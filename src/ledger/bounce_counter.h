// SPDX-License-Identifier: MIT
// Counts the bounces about a message. Judging only reads the ledger, so the count is
// written through a connection of its own, which is opened when there is something to
// count. It gives up at once where that cannot be done: no verdict waits for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

class BounceCounter {
 public:
  explicit BounceCounter(std::string path);
  ~BounceCounter();

  // How many different bounces about that row are known, this one among them; at most
  // Ledger::kMostCounted. 0 if the ledger is locked, read-only, on a full disk, or lacks that row.
  std::int64_t count(std::int64_t row, std::string_view bounce);
  // The same of those to an address, which is counted under a number that no row has.
  std::int64_t count_to(std::string_view address, std::string_view bounce);
  // See Ledger::note_proof; the first 10,000 until some are forgotten.
  void note(std::string_view bringer, bool is_recorded, Time now);
  // From now on nothing is written: what comes is counted with the others, and not noted.
  void only_read() { is_reading_ = true; }

 private:
  struct Connection;
  bool connect();
  std::string path_;
  std::unique_ptr<Connection> connection_;
  bool has_given_up_ = false;
  bool is_reading_ = false;
};

}  // namespace unsent
