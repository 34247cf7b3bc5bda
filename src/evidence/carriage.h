// SPDX-License-Identifier: MIT
// How one original was carried over the border, in the few words that can be compared with how
// hundreds of others were. Says what is seen; what it proves is for those who compare.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bounce/bounce.h"
#include "spf/ip.h"

namespace unsent {

// By whom the original was handed over to a side that is not its sender's.
enum class Way : std::uint8_t {
  unknown,      // the border is not shown for certain, or the client greets as one of us and
                // nobody can be asked
  ours,         // by us: our network, a name of ours, or whom our record lets through
  access_line,  // by a client whose name tells of a pool or a customer's line, or that has no
                // name that leads back to it; and which greets with no name that does
  server,       // by a client that bears a server's name
  unnamed,      // nothing tells, for the DNS was not asked and the line shows no name
};

struct Carriage {
  Way way = Way::unknown;
  std::optional<IpAddress> client;  // who crossed, as far as that is shown
  std::string organisation;         // of the client's name; "" where it has none
  std::string greeting;             // with unnamed: the organisation as which it greeted
  std::string writer;               // the organisation that took it, and wrote the line
  // The client's own line stands below the one that shows it: it had the mail from elsewhere.
  bool is_passed_on = false;
  // The line was written by the side that holds our mailbox: it may show a user, not a crossing.
  bool is_by_our_side = false;
  // With server: the SPF record of its own organisation names it. Asked only where ours does not.
  bool is_service = false;
  bool is_recorded = false;  // the ledger has a message of that id or fingerprint
};

// What the report's lines say without any question: way stays unknown. For what is decided
// already, whose way still counts for others.
Carriage shown_carriage(const Bounce& bounce);

}  // namespace unsent
