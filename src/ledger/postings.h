// SPDX-License-Identifier: MIT
// Finds messages by a hash: of an id, of a notice, of who wrote to whom. In a B-tree over
// random keys each new entry touches a page of its own; so they wait in a small one, and go
// over into the large one side by side, a slice of all hashes at a time.
//
// What is found may be a message that is gone, or one whose hash only looks the same: the
// message itself decides.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/sqlite.h"

namespace unsent {

class Postings {
 public:
  // More messages under one hash are not looked at.
  static constexpr std::int64_t kMostOfOneHash = 256;

  // database must outlive it.
  explicit Postings(Database& database);

  // The numbers under that hash, in order, each once. Within a transaction of the caller's.
  Result<std::vector<std::int64_t>> find(std::uint64_t hash);
  Result<void> add(std::uint64_t hash, std::int64_t message);

  // Outside of any transaction: moves what has waited long enough, a slice a transaction.
  // Others get in before each; does nothing most of the time.
  Result<void> settle();
  // Drops what found messages numbered before end that are gone, a piece a transaction.
  Result<void> drop_gone(std::int64_t end);

 private:
  Result<void> drop_gone_of(const std::string& table, std::int64_t end);
  Result<bool> is_due();
  Result<void> move_slice();

  Database* database_;
  LazyStatement find_, add_, is_due_, move_, moved_;
  std::uint64_t slice_;
};

}  // namespace unsent
