// SPDX-License-Identifier: MIT
// Which files of this account bear our lines, and what the account uses to deliver.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "optin/agent_lines.h"
#include "setup/config.h"

namespace unsent {

struct OptIn {
  Agent agent = Agent::site;
  std::string path;  // "" for site
};

// What opted-in says (see opt_in_path()), empty if there is no such file of ours.
std::vector<OptIn> read_opt_ins();
// Whole or not at all; an empty list takes the file away.
Result<void> write_opt_ins(const std::vector<OptIn>& list);

// The file of an agent in the home folder.
Result<std::string> agent_path(Agent agent);

// The one agent whose file is there (a .forward that calls procmail or maildrop is theirs),
// or the site's filter where the administrator runs one. None is an error of code no_input,
// several one of usage.
Result<Agent> find_agent(const Config& config);

// In words for status: "procmail: /home/alice/.procmailrc", and what is wrong with it.
std::string describe(const OptIn& one);

}  // namespace unsent
