// SPDX-License-Identifier: MIT
// Tries the lines of opt-in before they are written: the real agent, where it is installed,
// gets a made-up bounce and an ordinary message in a scratch home, where nothing is
// delivered anywhere real.
#pragma once

#include <string>

#include "app/agent_lines.h"
#include "base/result.h"

namespace unsent {

// What was seen, in a line for the user; an error if mail did not arrive as it should.
// candidate is the whole file as it would be: a Sieve script is compiled as the server does.
Result<std::string> try_lines(Agent agent, const Wiring& wiring, const std::string& candidate);

}  // namespace unsent
