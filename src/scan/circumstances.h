// SPDX-License-Identifier: MIT
// What a scan knew beside the mailboxes, for its report: who we are and why, what there is to
// ask, and the command itself, so that others can be made of it.
#pragma once

#include <optional>
#include <string>

#include "report/advice.h"
#include "setup/setup.h"

namespace unsent {

// judging: as it was read from parsed; config_path: as it was named on the command line.
Circumstances circumstances_of(const Parsed& parsed, const JudgingOptions& judging,
                               const std::optional<std::string>& config_path, const Setup& setup);

// Adds what the DNS says of the SPF records that matter to what could not be told: of three
// domains of ours at most, as patient as for one message.
void ask_for_spf(Circumstances& circumstances, const ScanSummary& summary, Resolver& resolver);

}  // namespace unsent
