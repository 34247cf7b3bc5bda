// SPDX-License-Identifier: MIT
// Tries the lines of opt-in before they are written: the real agent, where it is installed,
// gets a made-up bounce and an ordinary message in a scratch home, where nothing is
// delivered anywhere real.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "optin/agent_lines.h"

namespace unsent {

// What was seen, in a line for the user; an error if mail did not arrive as it should.
// candidate is the whole file as it would be: a Sieve script is compiled as the server does.
Result<std::string> try_lines(Agent agent, const Wiring& wiring, const std::string& candidate);

// The same of lines that are installed, by the user's own configuration: config is the text of it.
// What a made-up bounce is called, that decides; it has to be judged, and come once, whole, into
// the scratch mailbox or quarantine.
Result<std::string> try_installed(Agent agent, const Wiring& wiring, const std::string& config);

// Where a program of that name is, "" where it is not.
std::string find_program(const std::string& name);
// What a program says on standard output, at most 64 kB; nullopt if it cannot be run, fails or
// takes longer than half a minute. words.front() is its path.
std::optional<std::string> output_of(std::vector<std::string> words);

}  // namespace unsent
