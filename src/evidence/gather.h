// SPDX-License-Identifier: MIT
// All that can be found out about one bounce, as facts. Asks the witnesses through the
// windows it is given; one that cannot be asked gives a fact that points to neither.
#pragma once

#include <optional>

#include "base/deadline.h"
#include "base/time.h"
#include "bounce/bounce.h"
#include "dkim/verify.h"
#include "evidence/carriage.h"
#include "evidence/fact.h"
#include "evidence/identity.h"
#include "evidence/ledger.h"
#include "mail/address.h"
#include "mail/message.h"
#include "rules/ruleset.h"
#include "spf/ip.h"
#include "spf/resolver.h"
#include "tag/key_ring.h"

namespace unsent {

// Who we are and how long we remember: from options, config, or learned.
struct Premises {
  Identity identity;
  std::vector<IpNetwork> relays;  // our own outgoing servers
  seconds retention{60 * 86400};  // older originals are not looked for in the weak checks
  // Many users' messages are in one ledger: that of one says nothing about a bounce to another.
  bool is_ledger_shared = false;
  RuleSet* rules = nullptr;     // by which bounces are recognised; null: the built-in ones
  bool wants_carriage = false;  // the message will be compared with others
  // That mark what we write to the user about bounces (unsent quarantine digest): it quotes them,
  // and is none. Null: nothing bears such a mark.
  const KeyRing* digest_keys = nullptr;
};

// The world as this run may ask it. Null: not available, and no fact counts for it.
struct Witnesses {
  Ledger* ledger = nullptr;
  Resolver* resolver = nullptr;
  const KeyRing* tag_keys = nullptr;    // that mark our outgoing mail
  RetiredKeys* retired_keys = nullptr;  // our DKIM keys that the DNS no longer has
  Deadline* deadline = nullptr;         // of one message; gather() begins it
  Time now{};
  // Bounces to the same recipient that were called backscatter within the hour before.
  std::int64_t recent_backscatter = 0;
};

struct Evidence {
  Facts facts;
  // Who handed the original to the reporter's organisation: see find_border(bounce).
  std::optional<IpAddress> client;
  Carriage carriage = {};  // where it is wanted, of a report on a delivery
};

// recipient: the bounce's own envelope recipient, if known.
Evidence gather(const Message& message, const Bounce& bounce,
                const std::optional<Address>& recipient, const Premises& premises,
                const Witnesses& witnesses);

}  // namespace unsent
