// SPDX-License-Identifier: MIT
// What somebody said of campaigns: whose they are. It is kept for the runs to come, until it is
// taken back.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "report/campaign.h"

namespace unsent {

enum class Word { none, mine, not_mine };
std::string_view name_of(Word word);  // "mine", "not mine"

class CampaignWords {
 public:
  struct Entry {
    Word word = Word::none;
    std::string shared;  // what its bounces share, in words
    Time when{};
  };

  // Of path, a file of the user's own; nothing was said where it is missing. One that is damaged
  // is read as far as its lines are whole.
  static Result<CampaignWords> read(const std::string& path);
  // The whole file, on the disk when it returns.
  Result<void> write(const std::string& path) const;

  // By the campaign's name; none: nothing was said of it.
  Word find(const std::string& name) const;
  // Of the campaign that such a bounce would be of, alone as it may be.
  Word find(const CampaignTraits& traits) const;
  // Word::none takes it back. Beyond 10,000 the oldest goes.
  void say(const std::string& name, Word word, const std::string& shared, Time when);
  const std::map<std::string, Entry>& all() const { return said_; }

 private:
  std::map<std::string, Entry> said_;
};

// A line without its end.
std::string to_text(const std::string& name, const CampaignWords::Entry& entry);
// schema/review-list.schema.json
std::string to_json(const std::string& name, const CampaignWords::Entry& entry);

// "" where there is no home.
std::string campaign_words_path();

}  // namespace unsent
