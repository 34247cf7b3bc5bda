// SPDX-License-Identifier: MIT
// Which rule files there are beside the built-in rules.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules/ruleset.h"
#include "setup/kept_phrases.h"

namespace unsent {

// The built-in rules, over them /etc/unsent/rules.d/*.toml and over these
// $XDG_CONFIG_HOME/unsent/rules.d/*.toml, each folder in the order of the names. A file
// that cannot be read is a problem, and the others are in force. The user's own are left out
// where they are another user's, or the administrator's limits forbid them. The phrases of
// rules.d/languages/*.toml lie over the built-in ones in the same order.
std::unique_ptr<RuleSet> load_rules(std::vector<std::string>& problems,
                                    Packing packing = Packing::now);
// The same for those who test rules and phrases: every file's text is read anew.
std::unique_ptr<RuleSet> load_rules_to_test(std::vector<std::string>& problems);

// For whoever loaded with Packing::later, when no mail waits any more.
void pack_phrases_behind();

// The user has rule files.
bool has_own_rule_files();

}  // namespace unsent
