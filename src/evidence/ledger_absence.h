// SPDX-License-Identifier: MIT
// What it proves that the ledger lacks a message: nothing, unless it is known to be complete
// for that sender at that time. Of the time the forger says what he likes; when his report
// came in he does not.
#pragma once

#include "evidence/ledger_facts.h"

namespace unsent {

// When the original was written: its Date, or where that is missing the oldest stamp of
// its Received lines. A forger chooses it: it can only make coverage count, never genuine.
std::optional<Time> time_of(const Original& original);

// Is what senders sent at that time all in the ledger? Before the coverage it is not; what
// is dated in the future was sent by now, with a day for clock differences.
LedgerAnswer<Coverage> coverage_of(const std::vector<Address>& senders, std::optional<Time> at,
                                   Time now, Ledger& ledger);

// Call where the ledger was asked and the message was not found.
// One of senders wrote something in the days before that has no id in the ledger: an id that it
// does not have may be the one that a server gave that later (RFC 6409 8.3).
bool may_lack_id(const std::vector<Address>& senders, Time at, Ledger& ledger);

void add_absence_facts(Facts& facts, const LedgerCase& one, Ledger& ledger);

// The ledger is complete for all the time in which what bounces now can have been sent, and
// has no such message, whatever the forger dated it: what the report shows of its way, which
// its bringer wrote, does not outweigh that. Not where it is dated in that time, and we wrote to
// one whom it reports on and whose side brought it: then the ledger may have lost it.
bool is_missed_by_now(const LedgerCase& one, Ledger& ledger);

}  // namespace unsent
