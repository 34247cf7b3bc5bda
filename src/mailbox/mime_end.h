// SPDX-License-Identifier: MIT
// Whether a multipart is open where a From_ line stands in it. Only the outermost boundary
// is looked for: what it has not closed is part of its message, however it looks.
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

// The boundary that a Content-Type field of a multipart states (RFC 2046 5.1.1); "" where the
// field is another's, or states none. field: name, value and its further lines.
std::string_view stated_boundary(std::string_view field);

enum class BoundaryUse {
  none,       // it does not occur
  delimiter,  // a line that opens a part
  close,      // the line that ends the multipart
  stated,     // in a header, of another message that says it is its own
};
struct BoundaryFound {
  BoundaryUse use = BoundaryUse::none;
  std::size_t end = 0;  // behind it in the text
};
// The first of its occurrences in text, at or behind from, that is one of these. A line at
// the start of text counts as such.
BoundaryFound find_boundary(std::string_view text, std::string_view boundary, std::size_t from = 0);

// Whether the line that ends the multipart stands in text.
bool has_close(std::string_view text, std::string_view boundary);

}  // namespace unsent
