// SPDX-License-Identifier: MIT
// How far each log was read, so that the next run goes on there: schema/0005-feeds.sql.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/ledger_key.h"
#include "ledger/sqlite.h"

namespace unsent {

struct Feed {
  std::int64_t first_line = 0;
  std::string path;
  std::uint64_t last_start = 0;
  std::uint64_t next_start = 0;
  std::int64_t last_line = 0;
  Time last_read{};
  std::string state;  // of what is open; encrypted with the key where it is kept
};

// Of files that begin with the line of that hash, that of the path first, then the last read.
Result<std::vector<Feed>> read_feeds(Database& database, const LedgerKey& key,
                                     std::int64_t first_line, const std::string& path);
// Of the files that were read at that path the last one; without its state.
Result<std::optional<Feed>> read_last_feed_of(Database& database, const std::string& path);
// The last one at each path, without its state; at most 1,000.
Result<std::vector<Feed>> read_all_feeds(Database& database);
Result<void> write_feed(Database& database, const LedgerKey& key, const Feed& feed);

}  // namespace unsent
