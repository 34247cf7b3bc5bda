// SPDX-License-Identifier: MIT
// The rules of the tree's rules/*.toml, taken apart when the program was built (see
// pack.cc): a process that needs them parses no TOML, and one that does not pays nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unsent {

// What RuleSink hears of a rule file. A rule begins with the key "[[rule]]", whose value
// is the file's name.
struct BuiltInField {
  unsigned line;
  std::string_view key;
  std::string_view value;
};
extern const BuiltInField kBuiltInRules[];
extern const std::size_t kBuiltInRules_size;

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
  std::string_view file;
  unsigned line;
  std::string_view text;  // folded
  std::uint16_t says;
  std::string_view sample;
};
extern const BuiltInPhrase kBuiltInPhrases[];
extern const std::size_t kBuiltInPhrases_size;

}  // namespace unsent
