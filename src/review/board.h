// SPDX-License-Identifier: MIT
// The campaigns of a scan, as somebody reviews them: what was said of each and of single reports,
// and what comes of it. Knows no terminal and no mailbox.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/campaign.h"
#include "report/item.h"
#include "report/summary.h"
#include "scan/choice.h"
#include "setup/campaign_words.h"

namespace unsent {

struct BoardRow {
  Campaign campaign;  // without a name: the reports that are part of none
  // Of its reports, in the order of the mailboxes; fewer than there are where the scan had too
  // many to keep.
  std::vector<ScanItem> items;
  Word word = Word::none;
  bool is_recalled = false;  // it was said in an earlier review
};

struct Effect {
  std::uint64_t put_away = 0;
  std::uint64_t stays = 0;  // of those that are not proved genuine
};

class Board {
 public:
  // Campaigns as the summary has them, largest first, then what is part of none. said: of earlier
  // reviews; it is taken as said again.
  Board(const ScanSummary& summary, const CampaignWords& said);

  const std::vector<BoardRow>& rows() const { return rows_; }
  std::uint64_t genuine() const { return genuine_; }

  // Of all reports of a campaign; of the reports that are part of none, each has to be looked at.
  // Saying the same again takes it back.
  void say(std::size_t row, Word word);
  // Of one report, whatever is said of its campaign.
  void say(std::size_t row, std::size_t item, Word word);
  // What holds for it: its own word, else the campaign's.
  Word word_of(std::size_t row, std::size_t item) const;
  // Whether it goes: what is said not to be mine, and backscatter of which nothing is said.
  bool goes(std::size_t row, std::size_t item) const;

  Effect effect() const;
  Effect effect(std::size_t row) const;

  ReviewedWords words() const;
  // What was said of campaigns is laid over said, to be recalled by the next review.
  void remember(CampaignWords& said, Time now) const;

 private:
  std::vector<BoardRow> rows_;
  std::map<std::string, Word> items_;  // by their ids
  std::uint64_t genuine_ = 0;
};

}  // namespace unsent
