// SPDX-License-Identifier: MIT
// A look at TOML before toml++ 3.3 sees it: on some mistakes its parser stops the program, or goes
// on undefined, and what is nested it follows until the stack ends. Whatever else is wrong it
// tells itself.
#pragma once

#include <optional>
#include <string_view>

namespace unsent {

struct TomlFlaw {
  unsigned line;  // from 1
  std::string_view what;
};

// The first byte beyond ASCII that stands in no string and no comment, table header that begins
// with no name ("[=]"), string that begins within a word (0"x"), string that goes on behind a
// backslash at a line's end with such a byte, or bracket or part of a dotted key that is the 33rd
// of its kind.
std::optional<TomlFlaw> find_toml_flaw(std::string_view toml);

}  // namespace unsent
