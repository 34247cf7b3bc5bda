// SPDX-License-Identifier: MIT
// One message from standard input to standard output, for agents that filter: byte by byte as it
// came, with our header block where it is judged. Nothing that goes wrong inside costs the message;
// only what cannot be read or written is an error, and to be tried again.
#pragma once

#include "base/result.h"
#include "deliver/arrival.h"
#include "setup/arguments.h"

namespace unsent {

// As it came, forged fields of ours and all.
Outcome pass_through();

// Judged. slip: what was wrong with the options; then it goes through unjudged, and that is said.
Outcome pass_judged(const Arguments& arguments, const std::optional<Error>& slip,
                    const ArrivalOptions& options, const Complaints& complain);

}  // namespace unsent
