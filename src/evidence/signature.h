// SPDX-License-Identifier: MIT
// The third witness: our own DKIM signature on the returned header. Replay is real (a list
// post carries a valid one to everybody), so a pass counts only while it is fresh, and
// only for those to whom that message was addressed.
#pragma once

#include "dkim/verify.h"
#include "evidence/origin.h"

namespace unsent {

struct SignatureCase {
  const Bounce& bounce;
  const Identity& identity;
  const Origin& origin;
  Resolver& resolver;
  RetiredKeys* retired;  // may be null
  Ledger* ledger;        // may be null
  Time now{};
  seconds retention{};
};

// No fact at all where the returned header carries no signature of ours.
void add_signature_facts(Facts& facts, const SignatureCase& one);

}  // namespace unsent
