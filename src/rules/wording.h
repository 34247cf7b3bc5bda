// SPDX-License-Identifier: MIT
// What mail systems say, in the languages in which they say it: the phrases of the tree's
// rules/languages/*.toml, packed when the program was built, and over them the site's and
// the user's. Words never make a report of a mail by themselves.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/phrase.h"
#include "rules/phrase_index.h"

namespace unsent {

struct LanguageText {
  std::string path;
  std::string text;
};

// The phrases that files add and take away, later files over earlier ones, as bytes that are
// used where they lie: two indexes (PhraseIndex::pack). Mistakes are told as
// read_language_file() does.
struct PackedPhrases {
  std::string added;
  std::string removed;
};
PackedPhrases pack_phrases(const std::vector<LanguageText>& files,
                           std::vector<std::string>& problems);

// Where the phrases beside the built-in ones come from when a mail first asks for words: a
// window for whoever keeps them packed.
class PhraseSource {
 public:
  struct View {
    std::string_view added;
    std::string_view removed;
    std::vector<std::string> problems;  // what was wrong when they were packed
  };
  virtual ~PhraseSource() = default;
  virtual View read() = 0;  // views live as long as the source; called once
};

// For one thread at a time.
class Wording {
 public:
  enum class BuiltIn { yes, no };
  explicit Wording(BuiltIn built_in = BuiltIn::yes);

  // Either a source or files, before anything is asked.
  void set_source(std::unique_ptr<PhraseSource> source) { source_ = std::move(source); }
  void add_file(std::string path, std::string text);

  // What is said in a text (folded, see base/fold.h) …
  Said in(std::string_view folded);
  // … and by how it begins; length: of the longest such phrase that says `of`, else 0.
  struct Beginning {
    Said said;
    std::size_t length = 0;
  };
  Beginning first(std::string_view folded, Said of);

  // What is wrong with the files, as far as they were needed up to now; load() needs them.
  const std::vector<std::string>& problems() const { return problems_; }
  std::vector<std::string> take_problems() { return std::exchange(problems_, {}); }
  void load();

  // The built-in lines and those of add_file(), for whoever tests them.
  struct Line {
    std::string path;
    Phrase phrase;
  };
  std::vector<Line> lines() const;

 private:
  std::unique_ptr<PhraseSource> source_;
  std::vector<LanguageText> files_;
  bool is_loaded_ = false;
  PackedPhrases from_files_;
  PhraseIndex built_in_;
  PhraseIndex added_;
  PhraseIndex removed_;
  std::vector<std::string> problems_;
};

}  // namespace unsent
