// SPDX-License-Identifier: MIT
// What is at the other end of standard output and standard error.
#pragma once

#include <cstddef>

namespace unsent {

struct Terminal {
  std::size_t width = 0;     // in columns, as it is now; 0: it is no terminal
  bool is_dumb = true;       // it knows no escape sequences, as far as TERM tells
  bool is_coloured = false;  // it is one that knows colours, and NO_COLOR is not set

  static Terminal of_output();
  static Terminal of_errors();
};

// Block characters can be shown, as far as the locale tells: it is one of UTF-8.
bool shows_blocks();

}  // namespace unsent
