// SPDX-License-Identifier: MIT
// The switch of one account: our lines into the file of its agent and out of it again, with a note
// of where they stand. Nothing is written that was not tried, and no file without a copy of it as
// it was.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "optin/agent_lines.h"
#include "optin/told.h"

namespace unsent {

// Whether it is done, or only tried and shown.
enum class Asked { to_show, to_do };

// By the site's own filter: a note, and no file.
Result<OptInTold> opt_in_at_site(Asked asked);

// By an agent that reads the file at path. An error of it, or of the trial, changes nothing.
Result<OptInTold> opt_in(Agent agent, const std::string& path, const Wiring& wiring, Asked asked);

// Out of every file that is noted, of the usual ones, should a note be missing, and of the one that
// is named; then the note goes. A file that somebody has changed between our marks is an error.
Result<OptOutTold> opt_out(const std::optional<std::string>& file);

}  // namespace unsent
