// SPDX-License-Identifier: MIT
// Brings the tables of a ledger up to the present version. Killed at any moment it leaves what
// was there, or part of the way: whoever writes next goes on from there.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "ledger/ledger_key.h"
#include "ledger/recorder.h"
#include "ledger/sqlite.h"

namespace unsent {

struct Stamp {
  std::int64_t application = 0;
  std::int64_t version = 0;
};
// An error for a ledger of a newer version.
Result<Stamp> read_stamp(Database& database);

// Makes the tables of this version in one transaction. Texts of versions 1 to 3 are carried over
// in the same: until then nobody else writes, or reads them.
Result<void> migrate(Database& database, Texts texts);

// Carries over what versions 4 and 5 packed, some thousands of messages a transaction, between
// which others read all of it, and write. Nothing happens where nothing is packed any more.
Result<void> unpack_all(Database& database, const std::shared_ptr<const LedgerKey>& key);

}  // namespace unsent
