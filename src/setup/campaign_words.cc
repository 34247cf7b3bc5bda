// SPDX-License-Identifier: MIT
#include "setup/campaign_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/field_line.h"
#include "base/file.h"
#include "base/json_line.h"
#include "base/open.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "report/figures.h"
#include "setup/places.h"

namespace unsent {
namespace {

constexpr std::size_t kMostEntries = 10'000;
constexpr std::size_t kMaxFile = std::size_t{16} << 20U;
constexpr std::array kWords = {Word::mine, Word::not_mine};

}  // namespace

std::string_view name_of(Word word) {
  switch (word) {
    case Word::none:
      return "not said";
    case Word::mine:
      return "mine";
    case Word::not_mine:
      return "not mine";
  }
  return {};
}

Result<CampaignWords> CampaignWords::read(const std::string& path) {
  CampaignWords said;
  if (path.empty() || !path_exists(path)) return said;
  const auto text = read_own_file(path, kMaxFile);
  if (!text) return text.failure();
  std::string_view rest = *text;
  while (!rest.empty()) {
    auto fields = decode_fields(take_line(rest));
    if (fields.size() != 4) continue;
    for (const Word word : kWords)
      if (fields[1] == name_of(word))
        said.said_[fields[0]] = {word, std::move(fields[3]),
                                 Time(seconds(static_cast<std::int64_t>(to_number(fields[2]))))};
  }
  return said;
}

Result<void> CampaignWords::write(const std::string& path) const {
  if (auto made = make_folders(folder_of(path)); !made) return made;
  std::string text;
  for (const auto& [name, entry] : said_)
    text += encode_fields({name, name_of(entry.word),
                           std::to_string(entry.when.time_since_epoch().count()), entry.shared});
  return replace_file(path, text);
}

Word CampaignWords::find(const std::string& name) const {
  const auto found = said_.find(name);
  return found == said_.end() ? Word::none : found->second.word;
}

Word CampaignWords::find(const CampaignTraits& traits) const {
  if (said_.empty()) return Word::none;
  for (const std::string& name : possible_names(traits))
    if (const Word word = find(name); word != Word::none) return word;
  return Word::none;
}

void CampaignWords::say(const std::string& name, Word word, const std::string& shared, Time when) {
  if (word == Word::none) {
    said_.erase(name);
    return;
  }
  said_[name] = {word, shared, when};
  if (said_.size() <= kMostEntries) return;
  said_.erase(std::min_element(said_.begin(), said_.end(), [](const auto& a, const auto& b) {
    return a.second.when < b.second.when;
  }));
}

std::string to_text(const std::string& name, const CampaignWords::Entry& entry) {
  return fmt::format("{:<8}  {}  {}  {}", name_of(entry.word), date_text(entry.when), name,
                     entry.shared);
}

std::string to_json(const std::string& name, const CampaignWords::Entry& entry) {
  nlohmann::ordered_json object = begin_json();
  object["campaign"] = name;
  object["word"] = name_of(entry.word);
  object["when"] = format_rfc3339(entry.when);
  object["shared"] = entry.shared;
  return json_line(object);
}

std::string campaign_words_path() {
  const std::string folder = data_folder();
  return folder.empty() ? std::string() : folder + "/reviewed.tsv";
}

}  // namespace unsent
