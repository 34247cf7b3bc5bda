// SPDX-License-Identifier: MIT
// How the bounce itself came in: who brought it over the border into our side, and what he
// has to do with it. Only what our own side wrote is believed: our servers, the provider
// that holds our mailbox, a filter before our MX and a forwarder of ours. What stands below
// is the bringer's word.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bounce/bounce.h"
#include "evidence/chain.h"
#include "evidence/hosts.h"
#include "mail/message.h"

namespace unsent {

// How the bounce's own client, as our side wrote it down, relates to what it reports.
enum class Arrival {
  speaks_for,  // ours, or named as its own by a domain that it reports on: see Hosts
  agrees,      // of the reporter, or of a reported or addressed domain, as he himself says
  neither,     // no relation found, which two in five real bounces share
  foreign,     // no relation, and it greets with a name that is not its own, or is an access line:
               // nothing that it returns can be believed
};

struct ArrivalFinding {
  std::optional<IpAddress> client;  // who brought it from outside, or a server of ours
  std::vector<std::string> names;   // of client: those that lead back to it, or as shown
  std::string line;                 // that shows it, for people; "" if none does
  std::string taker;                // who wrote that line, or the newest one
  bool is_from_us = false;          // from a server of ours, or it never left them
  bool is_in_our_name = false;      // the client's names lead back to it, and are ours
  bool has_never_left = false;      // our side's lines show nobody from outside
  bool was_made_there = false;      // nobody from outside stands below client's line
  std::string false_greeting;       // that is no name of client's, who had not logged in; or ""
  bool is_access_line = false;      // all its names are such, and it had not logged in
  bool has_gap = false;             // something that it rests on could not be asked

  bool is_of_ours() const { return is_from_us || is_in_our_name; }
  bool may_be_foreign() const { return !false_greeting.empty() || is_access_line; }
};

struct ArrivalCase {
  const Message& message;
  const Bounce& bounce;
  const DomainsInQuestion& domains;         // of that bounce
  const Address& sender;                    // whose record tells of our servers
  const std::optional<Address>& recipient;  // the bounce's own
  const OwnHosts& own;
  const Hosts& hosts;
};

ArrivalFinding find_arrival(const ArrivalCase& one);

// What found has to do with the report; asks the domains that this is about.
// Foreign is none whose greeting is not false, unless it is an access line.
Arrival relation_of(const ArrivalFinding& found, const ArrivalCase& one);

}  // namespace unsent
