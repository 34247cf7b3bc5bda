// SPDX-License-Identifier: MIT
// The most frequent of something, as every report lists it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "report/campaign.h"
#include "report/tally.h"

namespace unsent {

struct Ranking {
  std::vector<Tally::Entry> top;
  std::uint64_t others = 0;  // reports that belong to none of these
  std::size_t names = 0;     // how many there are in all
  // False: so much came that the rare ones were forgotten. Counts and names are then lower
  // bounds, and others an upper one.
  bool is_exact = true;
};

// At most so many of them.
Ranking ranking_of(const Tally& tally, std::size_t most);

// Campaigns by name and what their bounces share; all: of the reports that may belong to one.
Ranking ranking_of(const std::vector<Campaign>& campaigns, std::uint64_t all, std::size_t most);

}  // namespace unsent
