// SPDX-License-Identifier: MIT
#include "review/board.h"

#include <algorithm>

namespace unsent {
namespace {

bool goes_by(Word word, Verdict verdict) {
  return word == Word::not_mine || (word == Word::none && verdict == Verdict::backscatter);
}

std::uint64_t going_by(Word word, const VerdictCounts& counts) {
  return (goes_by(word, Verdict::backscatter) ? counts[Verdict::backscatter] : 0) +
         (goes_by(word, Verdict::unverified) ? counts[Verdict::unverified] : 0);
}

}  // namespace

Board::Board(const ScanSummary& summary, const CampaignWords& said)
    : genuine_(summary.counts()[Verdict::genuine]) {
  VerdictCounts rest = summary.counts();
  for (Campaign& campaign : summary.campaigns().list()) {
    for (const Verdict verdict : {Verdict::unverified, Verdict::backscatter})
      rest[verdict] -= std::min(rest[verdict], campaign.counts[verdict]);
    BoardRow row;
    row.campaign = std::move(campaign);
    row.word = said.find(row.campaign.name);
    row.is_recalled = row.word != Word::none;
    rows_.push_back(std::move(row));
  }
  BoardRow alone;
  alone.campaign.counts[Verdict::unverified] = rest[Verdict::unverified];
  alone.campaign.counts[Verdict::backscatter] = rest[Verdict::backscatter];
  alone.campaign.bounces = alone.campaign.counts.total();
  std::map<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < rows_.size(); ++i) by_name.emplace(rows_[i].campaign.name, i);
  for (const Verdict verdict : {Verdict::unverified, Verdict::backscatter})
    for (const ScanItem& item : summary.items(verdict)) {
      const auto name = summary.campaigns().name_for(item.traits);
      const auto found = name ? by_name.find(*name) : by_name.end();
      (found == by_name.end() ? alone : rows_[found->second]).items.push_back(item);
    }
  if (alone.campaign.bounces > 0) rows_.push_back(std::move(alone));
}

void Board::say(std::size_t at, Word word) {
  BoardRow& row = rows_.at(at);
  if (row.campaign.name.empty()) return;
  row.word = row.word == word ? Word::none : word;
  row.is_recalled = false;
}

void Board::say(std::size_t row, std::size_t item, Word word) {
  const std::string& id = rows_.at(row).items.at(item).id;
  if (id.empty()) return;
  Word& own = items_[id];
  own = own == word ? Word::none : word;
}

Word Board::word_of(std::size_t row, std::size_t item) const {
  const BoardRow& one = rows_.at(row);
  const auto own = items_.find(one.items.at(item).id);
  return own != items_.end() && own->second != Word::none ? own->second : one.word;
}

bool Board::goes(std::size_t row, std::size_t item) const {
  return goes_by(word_of(row, item), rows_.at(row).items.at(item).verdict);
}

Effect Board::effect(std::size_t at) const {
  const BoardRow& row = rows_.at(at);
  Effect effect;
  effect.put_away = going_by(row.word, row.campaign.counts);
  for (std::size_t i = 0; i < row.items.size(); ++i) {
    const bool goes_with_all = goes_by(row.word, row.items[i].verdict);
    if (goes_with_all && !goes(at, i)) --effect.put_away;
    if (!goes_with_all && goes(at, i)) ++effect.put_away;
  }
  effect.stays = row.campaign.counts[Verdict::backscatter] +
                 row.campaign.counts[Verdict::unverified] - effect.put_away;
  return effect;
}

Effect Board::effect() const {
  Effect all;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Effect one = effect(i);
    all.put_away += one.put_away;
    all.stays += one.stays;
  }
  return all;
}

ReviewedWords Board::words() const {
  ReviewedWords words;
  for (const BoardRow& row : rows_) {
    if (row.word == Word::mine) words.mine.push_back(row.campaign.name);
    if (row.word == Word::not_mine) words.not_mine.push_back(row.campaign.name);
  }
  for (const auto& [id, word] : items_) {
    if (word == Word::mine) words.spared.push_back(id);
    if (word == Word::not_mine) words.meant.push_back(id);
  }
  return words;
}

void Board::remember(CampaignWords& said, Time now) const {
  for (const BoardRow& row : rows_)
    if (!row.campaign.name.empty() && !row.is_recalled)
      said.say(row.campaign.name, row.word, row.campaign.shared, now);
}

}  // namespace unsent
