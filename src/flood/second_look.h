// SPDX-License-Identifier: MIT
// What a finding about many says of one of them, as a fact beside its others.
#pragma once

#include <string>
#include <string_view>

#include "flood/flood.h"
#include "verdict/verdict.h"

namespace unsent {

// Whether a second look can change a report that was judged so.
bool is_worth_a_second_look(Verdict verdict, const FloodFinding& finding);

// Puts what is found into the facts of a member: a fact of its own, and where SPF's word turns
// out to be about a service that the record forgot, that word weaker. service: the organisation
// whose service it is, "" if it is none.
// habits: of what is in Sent, or null.
void add_flood_facts(Facts& facts, const FloodFinding& finding, const Measure& measure,
                     std::string_view service, const SentHabits* habits = nullptr);

// What a mail names of a run. author: who wrote it, if the ledger has mail to him from the address
// that it came to; "" if not.
void add_mention_facts(Facts& facts, const MentionFinding& finding, const Measure& measure,
                       std::string_view author);

// "none of the 1,204 Message-IDs that they show is of a kind that any of the 93 in Sent is"; ""
// where no trait of the run is foreign.
std::string foreign_text(const Run& run, const SentHabits& habits);

// "none of the 1204 is in the ledger, where all 40 are that something else proves yours (so 19
// times in 20 it holds at least 92 % of them)"; "" where nothing is measured, or one is missing.
std::string absence_text(const Run& run, const Measure& measure);

}  // namespace unsent
