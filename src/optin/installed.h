// SPDX-License-Identifier: MIT
// Whether what optin wrote still does what it should: tried as it stands, in a scratch mailbox.
#pragma once

#include <string>

#include "doctor/findings.h"
#include "optin/opt_in.h"

namespace unsent {

// config: the text of the user's own configuration, by which mail is judged; "" for none.
void examine_opt_in(const OptIn& one, const std::string& config, Findings& found);

// The program that lines of that agent call, "" where they call none by its path.
std::string program_in(Agent agent, std::string_view lines);

}  // namespace unsent
