// SPDX-License-Identifier: MIT
// The one search that decides how fast an mbox is read.
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

constexpr std::size_t kFromLength = 6;  // terminator and "From "

// Position of terminator + "From " in bytes, or npos.
std::size_t find_from(std::string_view bytes, char terminator);

}  // namespace unsent
