// SPDX-License-Identifier: MIT
// A walk through all messages of a ledger, in order, that gets past what is damaged: what is
// whole is given, and no message twice.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "base/result.h"
#include "ledger/row_store.h"

namespace unsent {

class RowWalk {
 public:
  // rows must outlive it.
  explicit RowWalk(RowStore& rows) : rows_(rows) {}

  // nullopt at the end. What is no damage (a lock, a disk that fails) is an error.
  Result<std::optional<Row>> next();
  // What belongs to the row that was given last could not be read.
  void note_damage(const Error& error);
  // At the end: an error that says how much could not be read, if anything.
  Result<void> finish() const;

 private:
  static constexpr std::size_t kMostDamages = 1000;  // then it is the end

  Result<std::optional<Row>> read_behind(std::int64_t number) { return rows_.next(number); }
  std::optional<std::int64_t> behind_damage();

  RowStore& rows_;
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
  std::size_t damages_ = 0;
  std::optional<Error> first_;
};

}  // namespace unsent
