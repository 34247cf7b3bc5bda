// SPDX-License-Identifier: MIT
// Mail that some program stored or returned as UTF-16, in which nothing can be found.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// The UTF-8 of bytes that begin with UTF-16's byte-order mark, or whose first four bytes are
// two ASCII characters in UTF-16; without the mark. What is half a character becomes U+FFFD.
// Reads at most kMaxUtf16 bytes. nullopt: it is something else.
std::optional<std::string> utf8_of_utf16(std::string_view bytes);
constexpr std::size_t kMaxUtf16 = 16 * 1024 * 1024;

// The UTF-8 of UTF-16 that is known to be such, low bytes first, without a mark.
std::string utf8_of_units(std::string_view bytes);

}  // namespace unsent
