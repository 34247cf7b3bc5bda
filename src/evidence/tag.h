// SPDX-License-Identifier: MIT
// Marks that we put on what we send: X-Unsent-Tag in the returned header, BATV in the
// address to which the bounce came. No fact where there is no mark, or no key.
#pragma once

#include "evidence/origin.h"
#include "tag/key_ring.h"

namespace unsent {

struct TagCase {
  const Bounce& bounce;
  const std::optional<Address>& recipient;  // the bounce's own
  const Identity& identity;
  const Origin& origin;
  const KeyRing& ring;
  Ledger* ledger;  // may be null
  Time now{};
  seconds retention{};
  std::string_view bounce_name = {};  // see BounceTo; "" where nothing is counted
};

// Call both behind the other facts: signs of a replay among them take the proof away.
void add_message_tag_fact(Facts& facts, const TagCase& one);
// Never a proof: the address is the same for all mail of that sender and day, and whoever got
// one may write to it.
void add_batv_fact(Facts& facts, const TagCase& one);

}  // namespace unsent
