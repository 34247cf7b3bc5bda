// SPDX-License-Identifier: MIT
// The messages in the tables of versions 1 to 3, which kept texts: read once, to be carried
// over. Version 4 has renamed the tables.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "ledger/entry.h"
#include "ledger/sqlite.h"

namespace unsent {

// Every message, with the name of its source, oldest row first.
Result<void> for_each_old_row(
    Database& database,
    const std::function<Result<void>(const Entry& entry, const std::string& source)>& visit);

}  // namespace unsent
