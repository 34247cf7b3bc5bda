// SPDX-License-Identifier: MIT
// Which of any number of phrases occur in a text: told in one pass over the text. An index
// is flat bytes, made once (by the build, or kept in a file) and used where it lies: nothing
// is read or built before the first question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/phrase.h"

namespace unsent {

class PhraseIndex {
 public:
  static constexpr std::size_t kShortest = 3;    // bytes that a phrase must have
  static constexpr std::size_t kLongest = 1000;  // … and may have

  struct Entry {
    std::string_view text;  // folded
    Said says;
  };
  // The index of these as bytes, in this machine's order. Of equal texts one is kept, which
  // says what all say.
  static std::string pack(std::vector<Entry> entries);

  PhraseIndex() = default;  // of no phrase
  // Views packed, which must outlive it. Bytes that pack() did not make give an index of no
  // phrase, or wrong answers, and no harm.
  explicit PhraseIndex(std::string_view packed);

  std::size_t size() const { return count_; }
  // What the phrases that occur in text say, but for what the same phrases of except say.
  Said in(std::string_view text, const PhraseIndex& except) const;
  // The same of those with which text begins; length becomes that of the longest that says
  // `of`, if it is longer than length.
  Said first(std::string_view text, const PhraseIndex& except, Said of, std::size_t& length) const;
  // What the phrase of just this text says.
  Said of(std::string_view text) const;

 private:
  struct Found;  // one phrase, as it lies

  std::uint32_t number(std::size_t at) const;
  bool find_last(std::string_view text, std::uint32_t& index) const;
  Found entry(std::uint32_t index) const;
  template <typename Tell>
  void each_prefix(std::string_view text, Tell tell) const;

  std::string_view heads_;    // by the first three bytes: where their phrases begin
  std::string_view entries_;  // sorted
  std::string_view texts_;
  std::uint32_t count_ = 0;
  unsigned bits_ = 0;
};

}  // namespace unsent
