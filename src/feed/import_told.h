// SPDX-License-Identifier: MIT
// What an import, or a merge, tells at its end, for people and for programs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/coverage.h"

namespace unsent {

struct ImportCounts {
  std::uint64_t added = 0;
  std::uint64_t known = 0;    // already
  std::uint64_t refused = 0;  // lines that are nothing to match by
};

struct ImportTold {
  ImportCounts counts;
  std::vector<std::pair<std::string, Time>> complete;  // domain or address; said by it, since then
  Measured measured;  // where something was to be said to be complete
};

// On standard output: some lines, or an object (schema/import.schema.json).
Result<void> tell(const ImportTold& told, bool is_json);

}  // namespace unsent
