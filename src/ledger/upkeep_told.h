// SPDX-License-Identifier: MIT
// What was done to a ledger by hand, for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "ledger/import_record.h"

namespace unsent {

// An import that was taken back. Several lines.
std::string to_text(const UndoneImport& undone);
// schema/ledger-undo.schema.json
std::string to_json(const UndoneImport& undone);

// What check_ledger found in the file at path. schema/ledger-check.schema.json
std::string check_json(const std::string& path, const std::vector<std::string>& findings);

}  // namespace unsent
