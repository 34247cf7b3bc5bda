// SPDX-License-Identifier: MIT
// What Dovecot and Courier write into the names of a Maildir's messages beside the flags:
// ",S=" and the size, by which quotas are counted, and ",W=", the size with CRLF line ends.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// The path of a message that bears the sizes of other bytes, as far as it bears any.
std::string with_sizes_of(const std::string& path, std::string_view bytes);

}  // namespace unsent
