// SPDX-License-Identifier: MIT
// The times in which a source was not read, as the ledger keeps them.
#pragma once

#include <vector>

#include "base/result.h"
#include "ledger/coverage.h"
#include "ledger/sqlite.h"

namespace unsent {

// In order of source and time.
Result<std::vector<CoverageGap>> read_gaps(Database& database);
// Within the caller's transaction. Gaps of one source that touch become one.
Result<void> add_gap(Database& database, const CoverageGap& gap);
// That time was read after all: what is left of the source's gaps before and behind it.
Result<void> cut_from_gaps(Database& database, const CoverageGap& read);

}  // namespace unsent
