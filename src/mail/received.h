// SPDX-License-Identifier: MIT
// One Received field (RFC 5321 4.4) as the many mail systems write it. Reads only what
// the line says, and of that nothing that its client could have put there in the writer's
// place (see received_client.h); whether the writer can be believed is not decided here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace unsent {

struct ReceivedHop {
  std::string helo;  // what the client called itself, lower case; "" if not shown
  std::string rdns;  // the client's name as its writer looked it up, lower case; "" if
                     // there is none ("unknown"), it "may be forged", or the form shows none
  // The address that the writer saw on the socket: IPv4 or IPv6 text, IPv4-mapped ones
  // as IPv4, without brackets, port and zone; "" if the line shows none. Never the
  // HELO's address literal.
  std::string client_ip;
  std::string by;            // the writer's name, lower case; "" if not shown
  std::string by_ip;         // the writer's own address, where it shows one (Exchange); or ""
  std::string with;          // protocol, upper case ("ESMTPS", "MICROSOFT SMTP SERVER"), or ""
  std::string id;            // the writer's own for the message (queue id), or ""
  std::string recipient;     // of "for <…>", or ""
  bool is_local = false;     // submitted on the writer's own host (no client)
  bool is_doubtful = false;  // what the client said can be taken for what the writer says
  // Its writer does not look whether rdns leads back to the client, whose own network says it
  // (qmail, Courier).
  bool is_rdns_unchecked = false;
  bool has_login = false;  // a comment or word says that the client had logged in

  // Not an SMTP client's hop: fetched or handed over (IMAP, POP, LMTP, HTTP, MAPI).
  bool is_other_protocol() const;
  // A client whose address the writer did not write down (MDaemon), or wrote where the client may
  // have: anybody, for what it called itself is its own choice. Not what is handed over within one
  // host.
  bool hides_client() const;
  // The client had logged in: by the protocol (RFC 3848, "ESMTPSA"), or by what systems write
  // besides ("Authenticated sender: alice"). Believe only your own server's line.
  bool is_authenticated() const;
};

// Reads at most 8 KB of a field's value, folded or not. What cannot be read stays empty.
ReceivedHop parse_received(std::string_view value);

// When the writer took the message: what stands behind the semicolon.
std::optional<Time> received_date(std::string_view value);

}  // namespace unsent
