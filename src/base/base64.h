// SPDX-License-Identifier: MIT
// Base64 (RFC 4648) as keys and signatures have it: strict, but for white space. Mail
// bodies, which forgive everything, are mail/transfer_encoding.h's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace unsent {

// The bytes of text, white space passed over. Both alphabets ("+/" and "-_") are read; the
// padding may be missing. nullopt for any other character, or an impossible length.
std::optional<std::string> parse_base64(std::string_view text);

// With padding, the standard alphabet.
std::string encode_base64(std::string_view bytes);

}  // namespace unsent
