// SPDX-License-Identifier: MIT
// What the ledger's answer proves about a delivery report, row by row of the evidence.
#pragma once

#include "evidence/origin.h"
#include "evidence/sent.h"

namespace unsent {

struct LedgerCase {
  const Bounce& bounce;
  const SentFinding& finding;
  const std::vector<Address>& senders;      // see claimed_senders
  const std::optional<Address>& recipient;  // the bounce's own
  const Origin& origin;
  Time now{};
};

void add_ledger_facts(Facts& facts, const LedgerCase& one, Ledger& ledger);

// When the original was written: its Date, or where that is missing the oldest stamp of
// its Received lines. A forger chooses it: it can only make coverage count, never genuine.
std::optional<Time> time_of(const Original& original);

// Is what senders sent at that time all in the ledger? Neither before the coverage nor
// in the future: a day of clock differences is allowed.
LedgerAnswer<Coverage> coverage_of(const std::vector<Address>& senders, std::optional<Time> at,
                                   Time now, Ledger& ledger);

}  // namespace unsent
