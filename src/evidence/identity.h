// SPDX-License-Identifier: MIT
// Who we are: our domains and addresses, and which of them never send.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/ledger.h"
#include "mail/address.h"

namespace unsent {

struct Identity {
  std::vector<DomainName> domains;   // ours, with everything below them
  std::vector<Address> addresses;    // ours beside those
  std::vector<Address> never_sends;  // ours that no mail is ever sent from
  // Addresses of ours that stand for others of ours: what came to the first was sent by
  // the second.
  std::vector<std::pair<Address, Address>> aliases;
  std::vector<NameCount> id_hosts;  // right-hand sides of our Message-IDs, if learned
  std::int64_t messages = 0;        // how many messages that was learned from
  bool is_learned = false;          // from the ledger, not told by the user

  bool is_known() const { return !domains.empty() || !addresses.empty(); }
  bool is_ours(const Address& address) const;
  bool is_our_host(std::string_view host) const;  // by name, within one of our domains
  bool has_never_sender(const Address& address) const;
};

// For each sender that is an alias, whom it stands for, behind the others.
void add_aliases(std::vector<Address>& senders, const Identity& identity);

// What the ledger shows of us, where the user has not said it: every address that we
// sent from. Domains are not concluded: a sender at a webmail is not that webmail.
void learn(Identity& identity, const LearnedIdentity& learned);

// The address inside an envelope recipient that was wrapped on the way out:
// BATV (prvs=tag=user@d, btv1==tag==user@d, msprvs1=tag=user@d), SRS0/SRS1, VERP
// (user-bob=remote.example@d), user+detail, and these within each other.
struct Unwrapped {
  // The address itself first, then what may be inside; at most eight.
  std::vector<Address> candidates;
  bool is_srs = false;  // SRS: forwarded by whoever is behind the "@"
};
Unwrapped unwrap(const Address& address);

// An SRS address around somebody who is not ours: the original was forwarded here, not
// sent, and is not ours to judge.
bool is_only_forwarded(const Address& address, const Identity& identity);

}  // namespace unsent
