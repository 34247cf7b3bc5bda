// SPDX-License-Identifier: MIT
// What the lines of an agent are to call and where mail is to go: as the user says, as the
// configuration does, and else as this account is found. Changes nothing.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "deliver/chosen_store.h"
#include "optin/agent_lines.h"

namespace unsent {

struct WiringWish {
  std::optional<std::string> program;  // what the lines call; else the one that runs
  MailboxOptions mailbox;              // of agents whose lines deliver; else the usual one
};

// Errors: a program that cannot be run by its whole path; of agents whose lines deliver also a
// mailbox that cannot be delivered into, or two usual ones of which the user reads one.
Result<Wiring> make_wiring(Agent agent, const WiringWish& wish, const Config& config);

}  // namespace unsent
