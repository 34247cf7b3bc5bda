// SPDX-License-Identifier: MIT
// A ledger as a file: made so that only its owner can read it, brought up to this
// version's schema, and refused if it is something else.
#pragma once

#include <string>

#include "ledger/sqlite.h"

namespace unsent {

// "Unst" in the file's header, so that file(1) and we know it.
constexpr std::int64_t kLedgerApplicationId = 0x556E7374;
// The version that this program writes; schema/0001-…, 0002-… lead there.
std::int64_t ledger_version();

// Read-only: makes and changes nothing; looks at the two numbers above and no further.
Result<Database> open_ledger_to_read(const std::string& path);
// Makes the file (mode 0600) and its folders (0700) if they are missing, and migrates.
Result<Database> open_ledger_to_write(const std::string& path);

}  // namespace unsent
