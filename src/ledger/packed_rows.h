// SPDX-License-Identifier: MIT
// The messages of versions 4 and 5, packed, and the segments that find them: read where they
// are until a writer has carried them all over. Nothing is written here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

class PackedRows {
 public:
  // database must outlive it. prefix: of the names of its tables, "" or "packed_".
  PackedRows(Database& database, const std::string& prefix);

  // The numbers under that hash, in no order; they may be gone.
  Result<std::vector<std::int64_t>> find(std::uint64_t hash);
  // Those numbered from first to last, in order, at most limit.
  Result<std::vector<Row>> between(std::int64_t first, std::int64_t last, std::int64_t limit);

 private:
  struct Segment {
    std::int64_t id = 0;
    unsigned bits = 0;  // of the hash, that say in which chunk an entry is
  };
  Result<void> read_segments();

  Database* database_;
  std::string segments_sql_, chunk_sql_, fresh_sql_, rows_sql_;
  LazyStatement segments_query_, chunk_, fresh_, rows_;
  std::optional<std::vector<Segment>> segments_;
};

}  // namespace unsent
