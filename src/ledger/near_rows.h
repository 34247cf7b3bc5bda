// SPDX-License-Identifier: MIT
// The rows of some seconds, as the table holds them, for a writer that holds the lock: what
// is recorded comes in about the order of its dates, and each message must be compared with
// those of its second. Reads ahead where it is asked in order.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "base/result.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

Unexpected damaged_ledger(const Database& database, const std::string& what);
// The row that a statement stands at; its columns are number and packed row.
Result<Row> row_in(const Statement& statement, const Database& database);

class NearRows {
 public:
  static constexpr std::size_t kMostOfSecond = 64;

  NearRows() : from_("SELECT id, packed FROM messages WHERE id >= ?1 ORDER BY id LIMIT ?2") {}

  // Those numbered within that second, in order, at most kMostOfSecond; valid until the
  // next call of anything here.
  Result<std::vector<const Row*>> of_second(Database& database, Time second);
  // Whether all that is numbered within that second is known here; then the number that a
  // next one gets.
  bool is_known(Time second) const;
  std::int64_t next_number_of(Time second) const;

  // What the caller has written, or removed.
  void put(const Row& row);
  void remove(std::int64_t number);
  // When the lock is given up.
  void forget();

 private:
  using Place = std::deque<Row>::const_iterator;
  Place place_of(std::int64_t number) const;
  Result<void> read(Database& database, std::int64_t first);
  void shorten(std::int64_t first);

  LazyStatement from_;
  // All rows from first_ on and before end_.
  std::deque<Row> rows_;
  std::int64_t first_ = 0;
  std::int64_t end_ = 0;
  std::size_t ahead_ = 0;
};

}  // namespace unsent
