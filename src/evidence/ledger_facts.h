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
  std::string_view bounce_name = {};  // see BounceAbout
  bool is_of_another = false;         // see is_of_another_user
  // When our side took the report, as it wrote down; nothing where no line shows it.
  std::optional<Time> arrived_at = {};
};

void add_ledger_facts(Facts& facts, const LedgerCase& one, Ledger& ledger);

// One of them is a proof, which no other witness outweighs.
bool is_proved_by_ledger(const Facts& facts);

// Far more bounces about one message than it had recipients: somebody replays it. Lists and
// aliases multiply a message too, so that this only casts doubt on what else would prove.
// Counted is what the ledger calls genuine: what is forged elsewhere must not spoil the
// true ones. Call after add_ledger_facts.
void add_count_fact(Facts& facts, const LedgerCase& one, Ledger& ledger);

}  // namespace unsent
