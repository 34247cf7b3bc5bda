// SPDX-License-Identifier: MIT
// Which of the messages that could be acted on are meant: those of some campaigns, all but those
// of some, single ones. Campaigns are known when all mail is: until then what tells them is kept,
// 48 bytes a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "report/campaign.h"
#include "scan/sink.h"
#include "setup/campaign_words.h"

namespace unsent {

struct ChoiceWish {
  std::vector<std::string> campaigns;  // names, as reports and the quarantine have them
  std::vector<std::string> except;     // likewise
  std::vector<std::string> messages;   // ids, as the page has them

  bool is_reviewed = false;  // what is meant is told once all has been read
  CampaignWords said;        // in earlier reviews; the names above outweigh it

  bool is_all() const {
    return campaigns.empty() && except.empty() && messages.empty() && !is_reviewed &&
           said.all().empty();
  }
};

// What was said in a review of campaigns, by their names, and of messages, by their ids.
struct ReviewedWords {
  std::vector<std::string> mine;
  std::vector<std::string> not_mine;
  std::vector<std::string> spared;
  std::vector<std::string> meant;
};

// The id of a message: it is the same wherever the message lies, as long as it is not changed.
std::string message_id_of(const Gist& gist);

// Has to stand before the other sinks, which take the items.
class Choice : public ScanSink {
 public:
  explicit Choice(ChoiceWish wish) : wish_(std::move(wish)) {}

  void ask_for(GistParts& parts) const override;
  Result<void> take(const Scanned& scanned) override;
  Result<void> finish(const ScanEnd& end) override;

  const ChoiceWish& wish() const { return wish_; }
  // The present message is one that is named by its id, or was said not to be the user's: it may
  // be meant though it is unverified.
  bool is_named() const { return is_named_; }
  // The present message could be acted on; returns its number, from 0.
  std::size_t keep();

  // Of a wish that is reviewed: what is meant is what was said not to be mine, and backscatter of
  // which nothing was said; or nothing at all.
  void follow(const ReviewedWords& words);
  void spare_all() { is_all_spared_ = true; }

  // After finish(): whether the message with that number is meant.
  bool is_meant(std::size_t number) const;
  // How many of those that could be acted on are.
  std::uint64_t count_meant() const;
  // Names that were asked for, and that nothing bears.
  std::vector<std::string> unknown() const;

 private:
  struct Kept {
    CampaignKey key;
    std::uint64_t id = 0;  // of a wish that is reviewed
    Verdict verdict = Verdict::ordinary;
    Word said = Word::none;
    bool is_named = false;
  };
  bool is_meant_by_review(const Kept& kept) const;
  bool bears(const std::vector<std::string>& names, const Kept& kept) const;

  ChoiceWish wish_;
  Campaigns campaigns_;
  CampaignNames names_;
  std::vector<Kept> kept_;
  Kept present_;
  bool is_named_ = false;
  std::vector<std::string> seen_ids_;  // of the wish's that came
  std::optional<Time> last_;
  bool is_all_spared_ = false;
  std::unordered_set<std::uint64_t> spared_;
  std::unordered_set<std::uint64_t> meant_;
};

}  // namespace unsent
