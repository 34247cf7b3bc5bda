// SPDX-License-Identifier: MIT
// The versions of the ledger's file: which one this program writes, and how older ones
// become it. A newer one is refused, never guessed at.
#pragma once

#include <string>

#include "base/result.h"
#include "ledger/sqlite.h"

namespace unsent {

// Error if database is no ledger, a newer one, or an older one (which only writing mends).
Result<void> check_version(Database& database);

// Brings database to the present version, from an empty file on, in one transaction;
// sets WAL where the file system can.
Result<void> migrate(Database& database);

// The folder of path and those above it, mode 0700 where they are missing.
Result<void> make_parent_folder(const std::string& path);

}  // namespace unsent
