// SPDX-License-Identifier: MIT
// The Received lines of a message as a chain of hops, newest first. What each says is its
// writer's word; whose word counts is decided by those who walk the chain.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mail/header.h"
#include "mail/received.h"
#include "spf/ip.h"

namespace unsent {

struct Hop : ReceivedHop {
  std::optional<IpAddress> client;  // what client_ip says
  std::string fetched_from;  // the mailbox's host, where its writer's line says so (POP, IMAP)

  bool has_public_client() const { return client && !client->is_internal(); }
};
using Chain = std::vector<Hop>;

// Lines that show an SMTP client or a local submission, at most 50: no queue stamps, no
// hand-overs by IMAP, POP, LMTP or HTTP.
Chain read_chain(const Headers& headers);

Hop make_hop(ReceivedHop&& line);

// "exch01", "exch01.corp.internal": the name of a host that is known within its site only.
bool is_inner_name(std::string_view name);

// An address of the site's own that greets with a name of the world's, of another organisation than
// the writer: where a container's proxy, a load balancer or a NAT stands before a server, it sees
// every client as that, and so anybody.
bool greets_from_outside(const Hop& hop);
// No client of the world's is shown, and who greets is neither the writer's own host nor he who
// wrote the line below: whatever stands there may be anybody's.
bool is_from_unknown(const Hop& upper, const Hop& lower);

// Handed on within a provider that writes its own public IPv6 address beside the client's,
// which have no names in the DNS (Exchange Online). Of whom the HELO is, is not asked.
bool is_within_one_network(const Hop& hop);
// The same with doubt: both addresses may be one provider's, of several regions or under several
// domains, and who was upper's client writes that address of its own beside its name.
bool may_be_within_one_network(const Hop& upper, const Hop& lower);

// Is the hop below joined on to the one above: does its writer bear the name by which
// the upper line knows its client, or one of that organisation?
bool is_joined(const ReceivedHop& upper, const ReceivedHop& lower);

// A Received line as its reader knows it again.
std::string line_text(const ReceivedHop& hop);

}  // namespace unsent
