// SPDX-License-Identifier: MIT
// Bounces made up for `unsent doctor`, and what it hears from each witness about them: a
// verdict that is right by one of them would hide that another is deaf.
#pragma once

#include "app/findings.h"
#include "app/setup.h"
#include "ledger/sqlite_ledger.h"

namespace unsent {

// ledger: opened for writing, or null. Keeps nothing of the probes.
void run_probes(Setup& setup, SqliteLedger* ledger, Findings& found);

}  // namespace unsent
