// SPDX-License-Identifier: MIT
// Writes entries into a ledger so that the same message is there once, whoever tells of
// it and how often.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/coverage.h"
#include "ledger/row_writer.h"
#include "ledger/rows.h"

namespace unsent {

enum class Recorded {
  fresh,   // a new message
  merged,  // known, and now more of it
  known,   // nothing new
};

// All within transactions that its owner holds.
class Recorder {
 public:
  // database must outlive it.
  static Result<Recorder> prepare(Database& database);

  // Requires: entry.is_usable().
  Result<Recorded> record(Entry entry, const std::string& source, Time now);
  // Drops the promises that this one includes, unless it is included itself.
  Result<void> declare(const CoverageRange& range);

  Result<void> before_commit() { return writer_.flush(); }
  void rolled_back() { writer_.forget(); }

 private:
  Result<std::vector<Row>> same_as(const Entry& entry);
  Result<Recorded> merge(const std::vector<Row>& rows, const Entry& entry, Time now);

  Database* database_ = nullptr;
  RowReader reader_;
  RowWriter writer_;
};

}  // namespace unsent
