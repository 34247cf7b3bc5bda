// SPDX-License-Identifier: MIT
// An mbox, read front to back through a window: messages begin at From_ lines.
#pragma once

#include "mailbox/mailbox.h"

namespace unsent {

// fd is a regular file. One that does not begin with a From_ line is one message; an
// empty one holds none. A file that is cut or grows meanwhile is read as far as it goes.
Result<void> walk_mbox_or_message(int fd, const std::string& path, const Visit& visit);

// Offset in bytes of the next From_ line at or behind from, or npos. The line must follow
// an empty one, or be followed by a header field. is_last: bytes end the file.
std::size_t find_separator(std::string_view bytes, std::size_t from, bool is_last);

}  // namespace unsent
