// SPDX-License-Identifier: MIT
// The rules of the tree's rules/*.toml, taken apart when the program was built (see
// pack.cc): a process that needs them parses no TOML, and one that does not pays nothing.
#pragma once

#include <cstddef>
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

}  // namespace unsent
