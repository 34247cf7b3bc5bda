// SPDX-License-Identifier: MIT
// Where the original crossed over from its sender's side to somebody else's, and so whose
// SPF is asked about whom.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evidence/arrival.h"
#include "evidence/border.h"
#include "spf/check_host.h"

namespace unsent {

struct Crossing {
  Border border;
  std::vector<std::string> names;  // of its client: FCrDNS, or as the line has it
  // Of the border, or of the one behind a forwarder or filter of the reporter's side: the
  // client that SPF is asked about, and its hop.
  std::optional<IpAddress> client;
  std::size_t index = 0;
  bool came_through_border = false;  // the border's client brought the bounce as well
  std::optional<SpfOutcome> spf;
};

// sender: whose SPF counts.
Crossing find_crossing(const Bounce& bounce, const Address& sender, const ArrivalFinding& arrival,
                       const OwnHosts& own, const Hosts& hosts);

// A line of ours is joined on to the hop of crossing's client: forwarded from us, or forged so.
bool has_joined_line_of_ours(const Crossing& crossing, const OwnHosts& own, const Hosts& hosts);
// A line of ours stands directly below a client that is none of ours: forged.
bool has_line_of_ours_below_stranger(const Crossing& crossing, const OwnHosts& own);

}  // namespace unsent
