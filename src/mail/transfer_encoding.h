// SPDX-License-Identifier: MIT
// Content-Transfer-Encodings (RFC 2045 section 6), by mimetic's codecs. What is not of
// the encoding's alphabet is passed over, so that damaged mail decodes as far as it can.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

enum class TransferEncoding { identity, base64, quoted_printable };

// "7bit", "8bit", "binary", unknown ones and none at all are identity.
TransferEncoding parse_transfer_encoding(std::string_view value);

std::string decode_base64(std::string_view text);
std::string decode_quoted_printable(std::string_view text);
std::string decode(std::string_view text, TransferEncoding encoding);

}  // namespace unsent
