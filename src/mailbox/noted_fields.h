// SPDX-License-Identifier: MIT
// The header fields in which programs that share an mbox keep what they know of its messages, and
// which they write over in place: the same message has them otherwise tomorrow.
#pragma once

#include <array>
#include <string_view>

namespace unsent {

constexpr std::array<std::string_view, 9> kNotedFields = {
    "Status",           "X-Status",       "X-Keywords",       "X-UID", "X-IMAP", "X-IMAPbase",
    "X-Mozilla-Status", "X-Mozilla-Keys", "X-Mozilla-Status2"};

}  // namespace unsent
