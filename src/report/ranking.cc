// SPDX-License-Identifier: MIT
#include "report/ranking.h"

#include <algorithm>

namespace unsent {

Ranking ranking_of(const Tally& tally, std::size_t most) {
  Ranking ranking{tally.top(most), tally.all().total(), tally.names(), tally.missed() == 0};
  for (const Tally::Entry& entry : ranking.top) ranking.others -= entry.counts.total();
  return ranking;
}

namespace {

// Its name, and what it says in words where the name alone does not.
std::string title_of(const Campaign& campaign) {
  const bool says_all = campaign.shared.ends_with(' ' + campaign.name);
  return says_all ? campaign.shared : campaign.name + ": " + campaign.shared;
}

}  // namespace

Ranking ranking_of(const std::vector<Campaign>& campaigns, std::uint64_t all, std::size_t most) {
  Ranking ranking;
  ranking.names = campaigns.size();
  ranking.others = all;
  for (const Campaign& campaign : campaigns) {
    if (ranking.top.size() == most) break;
    ranking.top.push_back({title_of(campaign), campaign.counts});
    ranking.others -= std::min(ranking.others, campaign.bounces);
  }
  return ranking;
}

}  // namespace unsent
