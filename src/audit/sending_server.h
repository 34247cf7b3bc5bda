// SPDX-License-Identifier: MIT
// Which server sent a message of ours out into the world, as the Received lines of a
// message show it that is known to be ours: of a genuine bounce's original, or of a copy
// that came back. For a message that may be forged it says nothing.
#pragma once

#include <optional>
#include <string>

#include "bounce/bounce.h"
#include "evidence/identity.h"
#include "mail/message.h"
#include "spf/ip.h"
#include "spf/resolver.h"

namespace unsent {

struct SendingServer {
  IpAddress client;   // as its first receiver outside saw it
  std::string helo;   // lower case, or ""
  DomainName domain;  // of the envelope sender: whose SPF record is asked
};

// The client of the server that took the original for one of those to whom we sent it:
// behind a forwarder that is not the border hop. recipient: the bounce's own envelope
// recipient. nullopt where the returned header does not show it.
std::optional<SendingServer> server_of_original(const Bounce& bounce, const SentMessage& sent,
                                                const std::optional<Address>& recipient,
                                                const Identity& identity);

// The organisation that tells of it: to whose recipient, reported exactly, we sent the
// original, if the host that brought the report is its own by the DNS. "" else: anybody can
// write a report, and put any name into it.
std::string teller_of(const Message& message, const Bounce& bounce, const SentMessage& sent,
                      Resolver& resolver);

// The domain of a reported recipient for whom server takes mail by the DNS: it then stands on
// his side, as hosted filters and backup MXs do, and sends nothing for us. "" if none.
std::string served_domain(const SendingServer& server, const Bounce& bounce, Resolver& resolver);

// copy: a message of ours that a mailbox of ours got, by itself or from a list. Where the
// envelope sender is another's (a list), who sent it to the list.
std::optional<SendingServer> server_of_copy(const Message& copy, const Identity& identity);

// Of a message that a server of ours took from client: sent is what the ledger has under
// its id. Counts only if it went to somebody to whom we sent it, so that a true id alone
// makes no server ours.
std::optional<SendingServer> server_of_arrival(const IpAddress& client, const Address& sender,
                                               const std::vector<Address>& recipients,
                                               const SentMessage& sent, const Identity& identity);

}  // namespace unsent
