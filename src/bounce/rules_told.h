// SPDX-License-Identifier: MIT
// Rules, and what they made of their samples, for people and for programs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rules/ruleset.h"

namespace unsent {

// A line without its end.
std::string to_text(const Rule& rule);
// schema/rules-list.schema.json
std::string to_json(const Rule& rule);

// What a rule, or the phrases of a language, made of their samples.
struct TestedRules {
  std::string name;  // of the rule; of phrases the file's path
  std::optional<std::size_t> phrases;
  std::vector<std::string> before;    // rules that recognise its sample as well, and come later
  std::vector<std::string> failures;  // each with the line that fails
};

// Every rule in force and every file of phrases, against their own samples and those of others.
// Compiles all patterns; what is wrong with these is in rules.problems().
std::vector<TestedRules> test_all(RuleSet& rules);

// A line, and one for each failure.
std::string to_text(const TestedRules& one);
// schema/rules-test.schema.json
std::string to_json(const TestedRules& one);

}  // namespace unsent
