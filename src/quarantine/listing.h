// SPDX-License-Identifier: MIT
// What was put away, for people campaign by campaign, for programs message by message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "acting/quarantine.h"
#include "base/time.h"
#include "quarantine/put_away.h"

namespace unsent {

// schema/quarantine-list.schema.json
std::string to_json(const Quarantined& one, const PutAway& seen);

// What is shown of a campaign.
struct PutAwayGroup {
  std::string name;  // "" of none
  std::uint64_t count = 0;
  Time first{};
  Time last{};
  std::string messages;  // the first of them, two lines each: what it is, and why it is here
};
// The largest first, what is part of no campaign last. most: messages that are shown of each.
std::vector<PutAwayGroup> group_by_campaign(const std::vector<Quarantined>& chosen,
                                            PutAwayReader& reader, std::size_t most);
// A title, the messages, and how many more there are. most: as above.
std::string to_text(const PutAwayGroup& group, std::size_t most);

}  // namespace unsent
