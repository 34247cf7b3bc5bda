// SPDX-License-Identifier: MIT
// How the bounce itself came in: who brought it, and what he has to do with it. Only what
// our own side wrote is believed; what stands below is the bringer's word.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bounce/bounce.h"
#include "evidence/hosts.h"
#include "mail/message.h"

namespace unsent {

// How the bounce's own client, as our MX wrote it down, relates to what it reports.
enum class Arrival {
  agrees,   // of the reporter, of a reported or addressed domain, or ours
  neither,  // no relation found, which two in five real bounces share
  foreign,  // no relation, and it greets with a name that is not its own: nothing that it
            // returns can be believed
};

struct ArrivalFinding {
  Arrival relation = Arrival::neither;
  std::optional<IpAddress> client;  // who brought it from outside, or a server of ours
  std::string line;                 // that shows it, for people; "" if none does
  bool is_from_us = false;          // by network, or it never left our servers
  bool is_in_our_name = false;      // the client's names lead back to it, and are ours
};

ArrivalFinding find_arrival(const Message& message, const Bounce& bounce, const OwnHosts& own,
                            const Hosts& hosts);

}  // namespace unsent
