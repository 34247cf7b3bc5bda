// SPDX-License-Identifier: MIT
// What the file systems that files lie on can and cannot do, and whose files are.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace unsent {

// Whether several programs can share memory by a file there, as a WAL of SQLite needs it: not
// across a network (statfs(2) f_type).
bool can_share_memory(std::int64_t type);

// What root has just made in another user's folder, at path, becomes that user's, who would else be
// shut out of what is his. Of others nothing is changed.
Result<void> give_to_owner_of_folder(int fd, const std::string& path);

}  // namespace unsent
