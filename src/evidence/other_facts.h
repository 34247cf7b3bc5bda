// SPDX-License-Identifier: MIT
// Facts that need little more than the bounce itself, and those about replies.
#pragma once

#include <functional>

#include "bounce/bounce.h"
#include "evidence/fact.h"
#include "evidence/identity.h"
#include "evidence/ledger.h"
#include "mail/message.h"

namespace unsent {

// A failure report to an address that never sends, if it shows what failed: an original, or a
// delivery status.
void add_never_sends_fact(Facts& facts, const Bounce& bounce, const std::vector<Address>& senders,
                          const std::optional<Address>& recipient, const Identity& identity);

// The original's sender is no address of ours; its Message-ID's host is none that we used.
void add_identity_facts(Facts& facts, const Bounce& bounce, const Identity& identity);

// The reporter itself says that SPF or DMARC failed.
void add_diagnostic_fact(Facts& facts, const Bounce& bounce);

struct ReplyCase {
  const Message& message;
  const Bounce& bounce;
  const std::vector<Address>& senders;  // see claimed_senders
  const Identity& identity;
  Ledger& ledger;
  Time now{};
  // Who brought it is foreign to who answers; asked only of what would be genuine.
  std::function<bool()> is_foreign = {};
};

// Auto-replies, receipts and their kin: does what they answer stand in the ledger? That it
// does not counts only for an id of our making, and only where the ledger covers all the
// time in which the original may have been sent.
void add_reply_facts(Facts& facts, const ReplyCase& one);

}  // namespace unsent
