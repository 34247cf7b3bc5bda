// SPDX-License-Identifier: MIT
// Lines below who crossed that name a server of ours. He may have had the original from us, and
// handed it on, which SPF knows nothing of (RFC 7208 D.1); or he wrote them himself. So they never
// speak for a message: they take away what speaks against it, or show a lie.
#pragma once

#include "evidence/crossing.h"

namespace unsent {

struct OurLineCase {
  const Crossing& crossing;
  const DomainsInQuestion& domains;
  const Address& sender;  // whose SPF counts
  const OwnHosts& own;
  const Hosts& hosts;
};

// A line of ours is joined on to the hop of crossing's client, or shows that he had it from one of
// our servers: forwarded from us, or forged so. A server of who carries our mail, whom everybody
// knows, counts where he may have handed on what was not for him: where the header names others
// than the report, or where he greets as a filter of those whom it names does.
bool has_joined_line_of_ours(const OurLineCase& one);
// A line of ours stands directly below a client that may not send for us: forged.
bool has_line_of_ours_below_stranger(const OurLineCase& one);

}  // namespace unsent
