// SPDX-License-Identifier: MIT
#include "rules/wording.h"

#include <unordered_map>

#include "rules/built_in.h"
#include "rules/language_file.h"

namespace unsent {
namespace {

std::string_view built_in_bytes() {
  return {reinterpret_cast<const char*>(kBuiltInPhraseIndex), kBuiltInPhraseIndex_bytes};
}

}  // namespace

PackedPhrases pack_phrases(const std::vector<LanguageText>& files,
                           std::vector<std::string>& problems) {
  struct Laid {
    Said added;
    Said removed;
  };
  std::unordered_map<std::string, Laid> laid;
  for (const LanguageText& file : files) {
    std::vector<Phrase> phrases;
    read_language_file(file.path, file.text, phrases, problems);
    for (Phrase& phrase : phrases) {
      Laid& here = laid[std::move(phrase.text)];
      const bool is_removed = phrase.sample.empty();
      here.removed = is_removed ? here.removed | phrase.says : here.removed.without(phrase.says);
      here.added = is_removed ? here.added.without(phrase.says) : here.added | phrase.says;
    }
  }
  std::vector<PhraseIndex::Entry> added;
  std::vector<PhraseIndex::Entry> removed;
  for (const auto& [text, here] : laid) {
    if (here.added != Said()) added.push_back({text, here.added});
    if (here.removed != Said()) removed.push_back({text, here.removed});
  }
  return {PhraseIndex::pack(std::move(added)), PhraseIndex::pack(std::move(removed))};
}

Wording::Wording(BuiltIn built_in) {
  if (built_in == BuiltIn::yes) built_in_ = PhraseIndex(built_in_bytes());
}

void Wording::add_file(std::string path, std::string text) {
  files_.push_back({std::move(path), std::move(text)});
}

void Wording::load() {
  if (is_loaded_) return;
  is_loaded_ = true;
  if (source_ == nullptr && files_.empty()) return;
  if (source_ == nullptr) from_files_ = pack_phrases(files_, problems_);
  const PhraseSource::View view =
      source_ != nullptr ? source_->read()
                         : PhraseSource::View{from_files_.added, from_files_.removed, {}};
  added_ = PhraseIndex(view.added);
  removed_ = PhraseIndex(view.removed);
  problems_.insert(problems_.end(), view.problems.begin(), view.problems.end());
}

std::vector<Wording::Line> Wording::lines() const {
  std::vector<Line> all;
  for (std::size_t i = 0; i < kBuiltInPhrases_size; ++i) {
    const BuiltInPhrase& one = kBuiltInPhrases[i];
    all.push_back({"rules/languages/" + std::string(phrase_text(one.file)),
                   {std::string(phrase_text(one.text)), Says{one.says},
                    std::string(phrase_text(one.sample)), one.line}});
  }
  for (const LanguageText& file : files_) {
    std::vector<Phrase> phrases;
    std::vector<std::string> told_already;
    read_language_file(file.path, file.text, phrases, told_already);
    for (Phrase& phrase : phrases) all.push_back({file.path, std::move(phrase)});
  }
  return all;
}

Said Wording::in(std::string_view folded) {
  load();
  return built_in_.in(folded, removed_) | added_.in(folded, PhraseIndex());
}

Wording::Beginning Wording::first(std::string_view folded, Said of) {
  load();
  Beginning beginning;
  beginning.said = built_in_.first(folded, removed_, of, beginning.length) |
                   added_.first(folded, PhraseIndex(), of, beginning.length);
  return beginning;
}

}  // namespace unsent
