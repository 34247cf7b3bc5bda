// SPDX-License-Identifier: MIT
// What a server answered, among words.
#pragma once

#include <string_view>

namespace unsent {

// "550 ", "450-", "#5.1.1": an SMTP reply or a status, not delivered (RFC 5321 4.2, 3463).
bool shows_reply(std::string_view prose);

}  // namespace unsent
