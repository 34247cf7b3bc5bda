// SPDX-License-Identifier: MIT
// Reports that our own mail server made: its log names each by its queue id, and with it
// the message it is about. Nobody else knows that number before the report has left.
#pragma once

#include "bounce/bounce.h"
#include "evidence/fact.h"
#include "evidence/identity.h"
#include "evidence/ledger.h"
#include "evidence/origin.h"
#include "evidence/sent.h"
#include "mail/message.h"

namespace unsent {

struct LocalCase {
  const Message& message;
  const Bounce& bounce;
  const Identity& identity;
  const Origin& origin;
  const SentFinding& finding;
};

// Proof where the ledger has the report as a notice about the very original that it
// returns, and it never left our own servers; strong where its way does not show. Asks
// nothing for a report that shows no sign of having been made here.
void add_local_fact(Facts& facts, const LocalCase& one, Ledger& ledger);

// The names that a ledger may have the message under as a notice, if it was made here: its
// Message-ID where that is of a host of ours, the queue ids in it (Postfix, Exim), and
// those of the first Received lines that name no client. At most eight.
std::vector<std::string> notice_names(const Headers& headers, const Identity& identity);

}  // namespace unsent
