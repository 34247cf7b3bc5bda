// SPDX-License-Identifier: MIT
// Where the original crossed over from its sender's side to somebody else's, and so whose
// SPF is asked about whom. SPF speaks of the host that crosses, of nobody else: a report by
// the very side that took the message from its user shows the user there, and no crossing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/arrival.h"
#include "evidence/border.h"
#include "spf/check_host.h"

namespace unsent {

// What the client of the border hop is, as far as it can be told.
enum class HopRole {
  none,        // there is no such hop
  crossing,    // it handed the original over: SPF is asked about it
  submission,  // a user, whose own side reports: SPF is asked about who brought the report
  forwarder,   // it brought the bounce back as well: who gave it the original counts
  filter,      // it takes mail for a recipient: the same
  unknown,     // its line may be its own side's or not: nothing is asked
};

struct Crossing {
  Border border;
  std::vector<std::string> names;      // of its client: FCrDNS, or as the line has it
  bool is_report_of_ours = false;      // our own server made the bounce, and its line stands on top
  bool is_reported_by_writer = false;  // the side that wrote the border hop reports itself
  HopRole role = HopRole::none;        // of the border hop
  // About whom SPF is asked, and the hop that shows him: that of the border, or of the one
  // behind a forwarder or filter. With submission none.
  std::optional<IpAddress> client;
  std::size_t index = 0;
  std::vector<std::string> client_names;  // of client
  std::optional<SpfOutcome> spf;          // about client
  std::optional<SpfOutcome> bringer;      // with submission: about who brought the report
};

struct CrossingCase {
  const Bounce& bounce;
  const DomainsInQuestion& domains;  // of that bounce
  const Address& sender;             // whose SPF counts
  bool is_asked = true;              // false: the original had another's reverse path
  const ArrivalFinding& arrival;
  const OwnHosts& own;
  const Hosts& hosts;
};
Crossing find_crossing(const CrossingCase& one);

// The line below is signed with a name that leads to the client of hop at, where that hop shows no
// other greeting: who owns the name says so, whatever the client's network calls it.
bool is_signed_below(const Chain& hops, std::size_t at, const Hosts& hosts);

}  // namespace unsent
