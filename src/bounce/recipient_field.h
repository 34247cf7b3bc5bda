// SPDX-License-Identifier: MIT
// Whom a recipient field names (RFC 3464 2.3.1, 2.3.2): an address behind its type, in all
// the dress that systems put around it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// The value behind the type of a typed field: "dns; mx.remote.example" → "mx.remote.example".
std::string_view typed_value(std::string_view value);

// "rfc822; bob@remote.example", "<SMTP:bob@remote.example>", "utf-8; …", "X400; …/RFC-822=
// bob(a)remote.example/": the bare address, with RFC 6533's \x{HEX} undone. Whatever is no
// address stays as it is.
std::string parse_recipient(std::string_view value);

// The same where a field names several: "bob@remote.example, dave@remote.example". Empty
// where it names none; what is no address is one text. At most kMaxInField.
constexpr std::size_t kMaxInField = 100;
std::vector<std::string> parse_recipients(std::string_view value);

// "bob+40remote.example" (RFC 3461 4), "bob%40remote.example": bytes that are a mark and two
// digits, as the bytes that they stand for.
std::string undo_hex(std::string_view text, char mark);

// Something with a local part and a domain: no pipe, no file, no name alone.
bool is_address(std::string_view text);

}  // namespace unsent
