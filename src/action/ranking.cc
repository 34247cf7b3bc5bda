// SPDX-License-Identifier: MIT
#include "action/ranking.h"

#include <algorithm>

namespace unsent {

Ranking ranking_of(const Tally& tally, std::size_t most) {
  Ranking ranking{tally.top(most), tally.all().total(), tally.names(), tally.missed() == 0};
  for (const Tally::Entry& entry : ranking.top) ranking.others -= entry.counts.total();
  return ranking;
}

Ranking ranking_of(const std::vector<Campaign>& campaigns, std::uint64_t all, std::size_t most) {
  Ranking ranking;
  ranking.names = campaigns.size();
  ranking.others = all;
  for (const Campaign& campaign : campaigns) {
    if (ranking.top.size() == most) break;
    ranking.top.push_back({campaign.shared, campaign.counts});
    ranking.others -= std::min(ranking.others, campaign.bounces);
  }
  return ranking;
}

}  // namespace unsent
