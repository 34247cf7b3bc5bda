// SPDX-License-Identifier: MIT
// Ledgers into a ledger: what others hold is added. What they promise is not taken over: it was
// promised of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "feed/import_told.h"
#include "ledger/recorder.h"

namespace unsent {

struct Merged {
  ImportCounts counts;
  std::optional<Error> damage;  // of another one, of which what is whole was added
};

// Into the ledger at path, which is made if it is not there; as an import, it can be taken back.
// One that cannot be opened, or whose own pages are not sound, is an error, and nothing is added.
Result<Merged> merge_ledgers(const std::string& path, const std::vector<std::string>& others,
                             Texts texts);

}  // namespace unsent
