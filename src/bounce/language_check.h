// SPDX-License-Identifier: MIT
// Each line of the language files against its own sample.
#pragma once

#include <string>
#include <vector>

#include "rules/ruleset.h"

namespace unsent {

struct LanguageCheck {
  std::string path;
  std::size_t lines = 0;
  // "path:line: what", for each line whose sample is not recognised as what its table says,
  // or makes more than an ordinary mail of a colleague's.
  std::vector<std::string> failures;
};

// One for each file.
std::vector<LanguageCheck> check_languages(RuleSet& rules);

}  // namespace unsent
