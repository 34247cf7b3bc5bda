// SPDX-License-Identifier: MIT
// Each rule against its own sample and against those of all others.
#pragma once

#include <string>
#include <vector>

#include "rules/ruleset.h"

namespace unsent {

struct RuleCheck {
  const Rule* rule = nullptr;
  // What the sample shows otherwise than the rule says: another rule that is tried before
  // it, another kind, other recipients … Empty: the rule does what it promises.
  std::vector<std::string> failures;
  // Other rules that its sample fulfils too, had this one not been tried before them.
  std::vector<std::string> also;
};

// Of every rule in force, in the order in which they are tried. Compiles all patterns; what
// is wrong with these is in rules.problems().
std::vector<RuleCheck> check_rules(RuleSet& rules);

}  // namespace unsent
