// SPDX-License-Identifier: MIT
// Tells pieces of text apart by 128 bits. No cryptography: whoever may choose both texts
// can make two that look alike.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// 32 hexadecimal digits; digest(a, b) differs from digest(b, a) and from digest(ab, "").
std::string digest(std::string_view text, std::string_view more = {});

}  // namespace unsent
