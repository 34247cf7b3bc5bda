// SPDX-License-Identifier: MIT
// What stands before a header and is none of it: the container's marks, a byte-order mark,
// empty lines, and what POP and IMAP servers say before they hand a message over.
#pragma once

#include <cstddef>
#include <string_view>

#include "mail/defect.h"

namespace unsent {

struct Lead {
  std::string_view from_line = {};  // "From sender date", the first one, without its end
  std::size_t length = 0;           // bytes before the header
};

// A From_ line at the start is a lead in any case; all else only where a field follows, so
// that a text without a header stays whole. What is odd is a defect.
Lead read_lead(std::string_view bytes, Defects& defects);

}  // namespace unsent
