// SPDX-License-Identifier: MIT
#include "rules/language_file.h"

#include <toml++/toml.h>

#include <algorithm>

#include "base/fold.h"
#include "base/text.h"
#include "base/toml_text.h"
#include "rules/phrase_index.h"

namespace unsent {
namespace {

// A phrase that may stand anywhere says too much when it is shorter: two Han characters.
constexpr std::size_t kShortestAnywhere = 5;
constexpr std::size_t kMaxSample = 1000;
constexpr std::size_t kMaxProblems = 1000;

class LanguageReader {
 public:
  LanguageReader(const std::string& path, std::vector<Phrase>& phrases,
                 std::vector<std::string>& problems)
      : path_(path), phrases_(phrases), problems_(problems) {}

  void read(std::string_view text) {
    if (const auto flaw = find_toml_flaw(text))
      return complain(flaw->line, std::string(flaw->what));
    try {
      read_tables(toml::parse(text));
    } catch (const toml::parse_error& error) {
      complain(error.source().begin.line, std::string(error.description()));
    }
  }

 private:
  void complain(unsigned line, const std::string& what) {
    if (++count_ > kMaxProblems) return;
    std::string text = path_ + ":" + std::to_string(line) + ": " + to_valid_utf8(what);
    std::replace(text.begin(), text.end(), '\n', ' ');
    problems_.push_back(std::move(text));
  }

  void read_tables(const toml::table& root) {
    for (const auto& [key, node] : root) read_table(key, node);
  }

  void read_table(const toml::key& key, const toml::node& node) {
    const unsigned line = key.source().begin.line;
    if (key.str() == "language") {
      if (!node.is_string()) complain(line, "language is the name of the language");
      return;
    }
    const auto name = std::find_if(kSaysNames.begin(), kSaysNames.end(),
                                   [&](const SaysName& one) { return one.name == key.str(); });
    if (name == kSaysNames.end())
      complain(line, "nothing is called " + std::string(key.str()) + "; " + names());
    else if (const toml::table* table = node.as_table())
      read_lines(*table, *name);
    else
      complain(line, std::string(key.str()) + " is a table of phrases");
  }

  void read_lines(const toml::table& table, const SaysName& name) {
    for (const auto& [key, node] : table) {
      Phrase phrase{fold_words(to_valid_utf8(key.str())), name.says, {}, key.source().begin.line};
      const auto is_kept = node.value_exact<bool>();
      if (const auto sample = node.value_exact<std::string>())
        phrase.sample = to_valid_utf8(*sample);
      else if (!is_kept || *is_kept)
        complain(phrase.line, "a phrase has its sample, or false to take it away");
      if (!phrase.sample.empty() || (is_kept && !*is_kept))
        take(std::move(phrase));
      else if (node.is_string())
        complain(phrase.line, "the sample is empty");
    }
  }

  void take(Phrase phrase) {
    const bool is_first =
        phrase.says == Says::failure_subject || phrase.says == Says::receipt_subject;
    const std::size_t shortest = is_first ? PhraseIndex::kShortest : kShortestAnywhere;
    const std::size_t at = fold_words(phrase.sample).find(phrase.text);
    if (phrase.text.size() < shortest || phrase.text.size() > PhraseIndex::kLongest)
      complain(phrase.line, "a phrase has " + std::to_string(shortest) + " to " +
                                std::to_string(PhraseIndex::kLongest) + " bytes");
    else if (phrase.sample.size() > kMaxSample)
      complain(phrase.line, "the sample is longer than 1,000 bytes");
    else if (!phrase.sample.empty() && (is_first ? at != 0 : at == std::string::npos))
      complain(phrase.line, is_first ? "the sample does not begin with the phrase"
                                     : "the sample lacks the phrase");
    else
      phrases_.push_back(std::move(phrase));
  }

  static std::string names() {
    std::string text = "the tables are";
    for (const SaysName& one : kSaysNames)
      text += (&one == &kSaysNames.front() ? " " : ", ") + std::string(one.name);
    return text;
  }

  const std::string& path_;
  std::vector<Phrase>& phrases_;
  std::vector<std::string>& problems_;
  std::size_t count_ = 0;
};

}  // namespace

void read_language_file(const std::string& path, std::string_view text,
                        std::vector<Phrase>& phrases, std::vector<std::string>& problems) {
  LanguageReader(path, phrases, problems).read(text);
}

}  // namespace unsent
