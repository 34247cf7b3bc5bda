// SPDX-License-Identifier: MIT
// Bounces made up to try the whole path with: as three mail systems write them, about a
// message that we sent and about one that nobody did. Their hosts are below .invalid and
// in documentation networks (RFC 2606, RFC 5737), so that they collide with nothing real.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "ledger/entry.h"
#include "mail/address.h"
#include "tag/key_ring.h"

namespace unsent {

// Who hands over the originals of the probes.
constexpr const char* kProbeClient = "198.51.100.66";

struct Probe {
  std::string system;       // "Postfix", "Exim", "qmail"
  bool is_genuine = false;  // what the verdict should say
  std::string bytes;
};

// The message that the genuine ones are about, sent by sender at now: to be put into the
// ledger for as long as the probes are judged.
Entry probe_entry(const Address& sender, Time now);

// Three genuine ones, then three forged ones, to sender.
std::vector<Probe> make_probes(const Address& sender, Time now);

// A genuine one, as Postfix writes it, whose original bears a tag by key.
std::string make_tagged_probe(const Address& sender, Time now, const TagKey& key);

}  // namespace unsent
