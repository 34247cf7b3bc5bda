// SPDX-License-Identifier: MIT
// A look at all that a verdict rests on: the clock, the ledger and who may read it, one's SPF
// records, the keys, and bounces made up to try the whole path with. Changes nothing.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "doctor/findings.h"
#include "evidence/identity.h"
#include "setup/setup.h"

namespace unsent {

// All of it, in that order. An error only where the ledger cannot be opened. The setup has none
// afterwards.
Result<void> examine(Setup& setup, const JudgingOptions& judging, const Config& config,
                     Findings& found);

// Too early a clock makes every promise of the ledger void, too late a one expires tags.
void examine_clock(Time now, Findings& found);

// Asks the DNS about each domain of ours.
void examine_spf(const Identity& identity, Resolver& resolver, Findings& found);

// What a ledger holds, for whom it is complete, and whether it is still fed.
void examine_stats(LedgerReader& ledger, Time now, Findings& found);

// Whether others than its owner can do with the file what the configuration does not say. Nothing
// is said of one that is not there.
void examine_permissions(const std::string& path, const Config& config, Findings& found);

}  // namespace unsent
