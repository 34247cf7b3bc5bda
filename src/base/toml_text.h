// SPDX-License-Identifier: MIT
// A look at TOML before toml++ 3.3 sees it: its parser runs into undefined behaviour on
// many characters beyond ASCII where only a key or white space may stand.
#pragma once

#include <optional>
#include <string_view>

namespace unsent {

// The line, from 1, of the first byte beyond ASCII that stands in no string and no
// comment: TOML 1.0 allows none there.
std::optional<unsigned> line_of_stray_character(std::string_view toml);

}  // namespace unsent
