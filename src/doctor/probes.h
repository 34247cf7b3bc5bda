// SPDX-License-Identifier: MIT
// Bounces made up for `unsent doctor`, and what it hears from each witness about them: a
// verdict that is right by one of them would hide that another is deaf.
#pragma once

#include "doctor/findings.h"
#include "ledger/ledger_writer.h"
#include "setup/setup.h"

namespace unsent {

// ledger: opened for writing, or null. Keeps nothing of the probes.
void run_probes(Setup& setup, LedgerWriter* ledger, Findings& found);

}  // namespace unsent
