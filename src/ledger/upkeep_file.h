// SPDX-License-Identifier: MIT
// A ledger as upkeep works on it: many rows at once, in transactions between which others get
// in.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>

#include "base/result.h"
#include "ledger/ledger_file.h"
#include "ledger/recorder.h"

namespace unsent {

struct Upkeep {
  explicit Upkeep(LedgerFile opened)
      : file(std::move(opened)), rows(file.database, file.key), recorder(rows, Texts::kept) {}

  Result<Transaction> begin() {
    return Transaction::begin(file.database, {[this] { return recorder.counts().flush(); },
                                              [this] { recorder.counts().forget(); }});
  }
  // In a transaction of its own.
  Result<void> change(const std::function<Result<void>()>& what);

  LedgerFile file;
  RowStore rows;
  Recorder recorder;
};

// Of a ledger that is there; to write.
Result<std::unique_ptr<Upkeep>> open_upkeep(const std::string& path);

// Rows numbered behind the one, and before the other.
struct RowRange {
  std::int64_t after = 0;
  std::int64_t end = 0;
};
inline constexpr RowRange kAllRows{std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max()};

// Removes those that is_unwanted names, and says how many; what finds them stays.
Result<std::int64_t> remove_rows(Upkeep& upkeep, RowRange range,
                                 const std::function<bool(const Row&)>& is_unwanted);

}  // namespace unsent
