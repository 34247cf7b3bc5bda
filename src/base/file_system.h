// SPDX-License-Identifier: MIT
// What the file systems that files lie on can and cannot do.
#pragma once

#include <cstdint>

namespace unsent {

// Whether several programs can share memory by a file there, as a WAL of SQLite needs it: not
// across a network (statfs(2) f_type).
bool can_share_memory(std::int64_t type);

}  // namespace unsent
