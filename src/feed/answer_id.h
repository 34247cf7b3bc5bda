// SPDX-License-Identifier: MIT
// The Message-ID under which a relay sends a message on, where its answer tells.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// host: the relay; answer: "250 Ok 0102…-000000", what it said when it took the message.
// "" where the answer names no id, or one of the relay's own queue only.
std::string id_in_answer(std::string_view host, std::string_view answer);

}  // namespace unsent
