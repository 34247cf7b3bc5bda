// SPDX-License-Identifier: MIT
// Text files of the source tree that are part of the program (rules, schema).
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

struct EmbeddedFile {
  std::string_view name;  // the file's name without its folder
  std::string_view text;
};

}  // namespace unsent
