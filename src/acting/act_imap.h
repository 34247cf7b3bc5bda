// SPDX-License-Identifier: MIT
// Moves messages at a server into the account's quarantine or its trash, or gives them a keyword,
// and puts them back. Flags and dates stay the message's own, as MOVE and COPY keep them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "acting/act.h"
#include "acting/imap_steps.h"
#include "base/result.h"
#include "imap/accounts.h"

namespace unsent {

// Does the act's deed to the messages of one folder that come next in plan, and advances behind
// them. steps: that the act has begun before. How many messages; an error says what was left, and
// something may be done all the same.
Result<std::uint64_t> act_on_folder(const Act& act, std::uint64_t steps, PlanReader& plan,
                                    ImapAccounts& accounts,
                                    const std::function<bool()>& is_interrupted,
                                    std::vector<Error>& problems);

// Puts back what is not back yet. May be tried again: what an interrupted attempt did is found.
Result<std::uint64_t> undo_imap(const Act& act, ImapAccounts& accounts,
                                std::vector<Error>& problems);

// The folder where what goes by that act goes to: for people. "" for a deed that moves nothing.
std::string target_of(const Act& act);

}  // namespace unsent
