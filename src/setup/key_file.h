// SPDX-License-Identifier: MIT
// The file of the keys that mark our mail: read whole, replaced whole, mode 0600.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "setup/config.h"
#include "tag/key_ring.h"

namespace unsent {

// --keys, the config's, the user's own: $XDG_DATA_HOME/unsent/tag.keys.
Result<std::string> key_file_path(const std::optional<std::string>& option, const Config& config);

// A file that does not exist is an error.
Result<KeyRing> read_key_file(const std::string& path);

// Puts a new file in the place of the old one, with its owner and mode; folders are made.
// Somebody else doing so at the same time is ErrorCode::temp_fail.
Result<void> write_key_file(const std::string& path, const KeyRing& ring);

// Who has the ledger and its key reads who wrote to whom; who can write them decides what is
// ours. What others than the owner can do with that file, against what the configuration says;
// nullopt: nothing, or there is no such file.
std::optional<std::string> sharing_fault(const std::string& path, const Config& config);

// The same of a ledger's key, said on standard error.
void warn_of_ledger_key(const std::string& ledger_path, const Config& config);

}  // namespace unsent
