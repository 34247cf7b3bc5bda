// SPDX-License-Identifier: MIT
// Bounces that something other than the ledger proved genuine, as it counts them.
#pragma once

#include "base/result.h"
#include "ledger/coverage.h"
#include "ledger/sqlite.h"

namespace unsent {

Result<Measured> read_measured(Database& database);

}  // namespace unsent
