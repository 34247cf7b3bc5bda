// SPDX-License-Identifier: MIT
#include "bounce/phrase_index.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

namespace unsent {

TEST_CASE("a phrase is found wherever it stands, and nothing that only begins like one") {
  constexpr auto kPhrases = std::to_array<std::string_view>(
      {"not delivered", "not found", "over quota", "abc", "abcdef", "\xD0\xBD\xD0\xB5 \xD0\xB4"});
  const PhraseIndex index(kPhrases);
  struct Row {
    std::string_view text;
    bool is_found;
  };
  for (const Row& row : {
           Row{"not delivered", true},
           Row{"mail was not delivered", true},
           Row{"not delivere", false},
           Row{"not not found", true},
           Row{"over quot", false},
           Row{"xabc", true},
           Row{"ab", false},
           Row{"", false},
           Row{"ababab", false},
           Row{"Not Delivered", false},
           Row{std::string_view("\0abc", 4), true},
           Row{"\xD0\xBD\xD0\xB5 \xD0\xB4", true},
           Row{"\xD0\xBD\xD0\xB5 \xD0", false},
       }) {
    CAPTURE(row.text);
    CHECK(index.occurs_in(row.text) == row.is_found);
  }
}

TEST_CASE("one pass tells what searching for each phrase tells") {
  constexpr auto kPhrases = std::to_array<std::string_view>(
      {"aab", "abab", "bbbba", "aaaaaaa", "babba", "cab", "cca", "acacac"});
  const PhraseIndex index(kPhrases);
  std::mt19937 random(4711);
  int found = 0;
  constexpr int kTexts = 3000;
  for (int i = 0; i < kTexts; ++i) {
    std::string text(random() % 12, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    const bool wanted = std::any_of(kPhrases.begin(), kPhrases.end(), [&](std::string_view phrase) {
      return text.find(phrase) != std::string::npos;
    });
    CAPTURE(text);
    CHECK(index.occurs_in(text) == wanted);
    found += wanted ? 1 : 0;
  }
  CHECK(found > kTexts / 10);
  CHECK(found < kTexts * 9 / 10);
}

}  // namespace unsent
