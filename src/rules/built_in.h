// SPDX-License-Identifier: MIT
// The rules of the tree's rules/*.toml, taken apart when the program was built (see
// pack.cc): a process that needs them parses no TOML, and one that does not pays nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unsent {

// A text within those that stand one behind the other. No pointer: the loader would adjust
// each of them for every process, and make the page its own that holds it.
struct BuiltInText {
  std::uint32_t begin;
  std::uint32_t size;
};

// What RuleSink hears of a rule file. A rule begins with the key "[[rule]]", whose value
// is the file's name.
struct BuiltInField {
  unsigned line;
  BuiltInText key;
  BuiltInText value;
};
extern const BuiltInField kBuiltInRules[];
extern const std::size_t kBuiltInRules_size;
extern const char kBuiltInRuleTexts[];
inline std::string_view rule_text(BuiltInText text) {
  return {kBuiltInRuleTexts + text.begin, text.size};
}

// All gates of these rules, since every ordinary mail is asked about them.
struct BuiltInGate {
  std::string_view field;
  std::string_view text;  // lower case
};
extern const BuiltInGate kBuiltInGates[];
extern const std::size_t kBuiltInGates_size;

// The phrases of rules/languages/*.toml: packed (PhraseIndex) for those that ask, and line
// by line for those that test.
extern const std::uint32_t kBuiltInPhraseIndex[];
extern const std::size_t kBuiltInPhraseIndex_bytes;

struct BuiltInPhrase {
  BuiltInText file;
  unsigned line;
  BuiltInText text;  // folded
  std::uint16_t says;
  BuiltInText sample;
};
extern const BuiltInPhrase kBuiltInPhrases[];
extern const std::size_t kBuiltInPhrases_size;
extern const char kBuiltInPhraseTexts[];
inline std::string_view phrase_text(BuiltInText text) {
  return {kBuiltInPhraseTexts + text.begin, text.size};
}

}  // namespace unsent
