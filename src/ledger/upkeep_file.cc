// SPDX-License-Identifier: MIT
#include "ledger/upkeep_file.h"

#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/file.h"

namespace unsent {
namespace {

constexpr std::size_t kBatch = 5000;  // messages a transaction, so that others get in

// One transaction's worth. The range begins later then; it is at its end when it does not.
Result<std::int64_t> remove_some(Upkeep& upkeep, RowRange& range,
                                 const std::function<bool(const Row&)>& is_unwanted) {
  auto transaction = upkeep.begin();
  if (!transaction) return transaction.failure();
  std::int64_t removed = 0;
  for (std::size_t seen = 0; seen < kBatch; ++seen) {
    const auto row = upkeep.rows.next(range.after);
    if (!row) return row.failure();
    if (!*row || (*row)->number >= range.end) break;
    range.after = (*row)->number;
    if (!is_unwanted(**row)) continue;
    if (auto gone = upkeep.recorder.remove(**row); !gone) return gone.failure();
    ++removed;
  }
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  return removed;
}

}  // namespace

Result<std::unique_ptr<Upkeep>> open_upkeep(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0) return os_failure(path, errno);
  auto file = open_ledger_to_write(path, Texts::kept);
  if (!file) return file.failure();
  return std::make_unique<Upkeep>(std::move(*file));
}

Result<void> Upkeep::change(const std::function<Result<void>()>& what) {
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  if (auto done = what(); !done) return done;
  return transaction->commit();
}

Result<std::int64_t> remove_rows(Upkeep& upkeep, RowRange range,
                                 const std::function<bool(const Row&)>& is_unwanted) {
  std::int64_t all = 0;
  for (;;) {
    const std::int64_t was = range.after;
    const auto some = remove_some(upkeep, range, is_unwanted);
    if (!some) return some;
    all += *some;
    if (range.after == was) return all;
  }
}

}  // namespace unsent
