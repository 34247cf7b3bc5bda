// SPDX-License-Identifier: MIT
// Where a Sieve script's require commands end: all of them stand before any other command
// (RFC 5228 3.2), and what we add stands behind the last.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace unsent {

struct RequireEnd {
  bool is_sure = false;
  std::size_t at = 0;    // the beginning of a line, outside of comments and strings
  std::size_t line = 0;  // where not sure: in which line
  std::string why;       // and why not
};
RequireEnd end_of_requires(std::string_view script);

}  // namespace unsent
