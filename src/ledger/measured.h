// SPDX-License-Identifier: MIT
// Bounces that something other than the ledger proved genuine, as it counts them.
#pragma once

#include "base/result.h"
#include "ledger/coverage.h"
#include "ledger/sqlite.h"

namespace unsent {

Result<Measured> read_measured(Database& database);
// Begins anew, where somebody has poisoned the count, or what was missing has been imported.
Result<std::int64_t> forget_measured(const std::string& path);

}  // namespace unsent
