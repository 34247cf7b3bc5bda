// SPDX-License-Identifier: MIT
// Text of hostile mail as text of an HTML page, in elements and in quoted attributes.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// printable() text (base/printable.h) of which no character has a meaning in HTML: it ends
// no element, attribute, comment or script, and is valid UTF-8 without controls.
std::string markup(std::string_view bytes);

}  // namespace unsent
