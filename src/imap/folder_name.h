// SPDX-License-Identifier: MIT
// Names of folders as IMAP4rev1 has them on the wire: modified UTF-7 (RFC 3501 5.1.3).
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// To UTF-8. What is no modified UTF-7 (a server's fault) is taken as it stands, made valid UTF-8:
// it can be shown, and is addressed by its own bytes only.
std::string folder_from_wire(std::string_view wire);

// text: valid UTF-8.
std::string folder_to_wire(std::string_view text);

// An IMAP string: quoted where that can be. Others ("\r", "\n", eight bits) want a literal.
bool is_quotable(std::string_view bytes);
std::string quoted(std::string_view bytes);

}  // namespace unsent
