// SPDX-License-Identifier: MIT
// Message files that hold several messages, one behind the other with nothing between them:
// `cat *.eml > all.eml` makes such.
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

// Where in a file that is said to be one message the header of another one begins: behind an
// empty line, with a sender and a date, ended by an empty line. One within an open multipart, or
// behind a line that announces it ("----- Forwarded message -----", "The message was:"), is part
// of the message. npos: nowhere.
std::size_t find_joined(std::string_view message);

}  // namespace unsent
