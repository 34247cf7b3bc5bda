// SPDX-License-Identifier: MIT
// Writes entries into a ledger so that the same message is there once, whoever tells of
// it and how often.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/counts.h"
#include "ledger/coverage.h"
#include "ledger/row_store.h"

namespace unsent {

enum class Recorded {
  fresh,   // a new message
  merged,  // known, and now more of it
  known,   // nothing new
};

// Whether texts are kept beside the hashes of them.
enum class Texts { hashed, kept };

// All within transactions that its owner holds, and that flush or forget counts() at their end.
class Recorder {
 public:
  // rows must outlive it.
  Recorder(RowStore& rows, Texts texts);

  // Requires: entry.is_usable(). A sealed one of another key is an error.
  Result<Recorded> record(const Entry& entry, const std::string& source, Time now);
  // Takes a row and all that belongs to it away.
  Result<void> remove(const Row& row);
  // Drops the promises that this one includes, unless it is included itself.
  Result<void> declare(const CoverageRange& range);

  Counts& counts() { return counts_; }

 private:
  Result<Row> row_for(const Entry& entry) const;
  Result<std::vector<Row>> same_as(const Row& row);
  Result<std::vector<Row>> same_without_id(const Row& row);
  Result<Recorded> insert(Row row, const Entry& entry, const std::string& source, Time now);
  Result<Recorded> merge(const std::vector<Row>& rows, const Row& more, const Entry& entry,
                         Time now);
  Result<void> move_what_belongs(std::int64_t from, std::int64_t to);
  Result<void> write_text(std::int64_t number, const Entry& entry);
  void count_names(const Entry& entry, const Row& known, Time now);

  RowStore& rows_;
  Texts texts_;
  Counts counts_;
  LazyStatement read_text_, write_text_, remove_text_, move_text_, move_bounces_, remove_bounces_;
};

// The entry in words of a row whose texts are not kept: sealed under the ledger's key.
Entry sealed_entry(const Row& row, const LedgerKey& key);

// The text that is kept of that message; nullopt if none is.
Result<std::optional<Entry>> read_text(Database& database, LazyStatement& statement,
                                       std::int64_t number);
inline constexpr std::string_view kReadText = "SELECT entry FROM texts WHERE message = ?1";

}  // namespace unsent
