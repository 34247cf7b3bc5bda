// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

namespace unsent {

// Up to size bytes of the open file from offset on; fewer where it ends, or cannot be read.
std::string bytes_at(int fd, std::uint64_t offset, std::size_t size);

}  // namespace unsent
