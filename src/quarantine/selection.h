// SPDX-License-Identifier: MIT
// Which messages of a quarantine are meant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acting/quarantine.h"
#include "base/result.h"
#include "base/time.h"
#include "quarantine/put_away.h"

namespace unsent {

// Several conditions: those that meet all. None: all of them.
struct Selection {
  std::vector<std::string> ids = {};  // beginnings of ids
  std::optional<std::string> campaign = {};
  std::optional<Time> before = {};  // they came before then
  bool is_all = false;

  bool is_empty() const { return ids.empty() && !campaign && !before && !is_all; }
};

// Oldest first, or in the order of the ids. An id must begin one message's id and no other's, and
// the campaign that is named must be there: else somebody has slipped, and that is an error.
// The reader learns the campaigns, if it is to name them later on; it may be null where none is
// asked for.
Result<std::vector<Quarantined>> choose(const std::string& folder, const Selection& selection,
                                        PutAwayReader* reader);

}  // namespace unsent
