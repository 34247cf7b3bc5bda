// SPDX-License-Identifier: MIT
// What is in a ledger, for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/ledger_reader.h"

namespace unsent {

std::string to_text(const LedgerStats& stats, const std::string& path);
// schema/ledger-stats.schema.json
std::string to_json(const LedgerStats& stats, const std::string& path);

// schema/promise-list.schema.json
std::string to_json(const CoverageRange& range);

}  // namespace unsent
