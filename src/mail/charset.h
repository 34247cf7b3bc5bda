// SPDX-License-Identifier: MIT
// Bytes in a named charset to UTF-8, by iconv.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// Always valid UTF-8 (see to_valid_utf8): what the charset does not define becomes
// U+FFFD, and so does every byte above 0x7F if iconv does not know the charset.
std::string to_utf8(std::string_view bytes, std::string_view charset);

}  // namespace unsent
