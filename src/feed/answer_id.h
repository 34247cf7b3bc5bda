// SPDX-License-Identifier: MIT
// The Message-ID under which a relay sends a message on, where its answer tells.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// host: the relay; is_ours: it is a server of ours; answer: "250 Ok 0102…-000000", what it said
// when it took the message. "" where the answer names no id, or one of the relay's own queue only,
// or where it is the server of who gets the mail: that may answer anything.
std::string id_in_answer(std::string_view host, bool is_ours, std::string_view answer);

}  // namespace unsent
