// SPDX-License-Identifier: MIT
// The TOML of a rule file, taken apart into rules, keys and values. What they mean is
// rule_reader's business. toml++ for rules lives here and nowhere else.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// Hears what stands in a file, in order.
class RuleSink {
 public:
  virtual ~RuleSink() = default;
  virtual void begin_rule(unsigned line) = 0;
  // "fields.Subject" for a key of a table; each element of a list by itself. A boolean is
  // "true" or "false".
  virtual void field(unsigned line, std::string_view key, std::string_view value) = 0;
  virtual void end_rule() = 0;
  // The file, or within a rule that rule, cannot be read.
  virtual void problem(unsigned line, const std::string& what) = 0;
};

void read_rule_file(std::string_view text, RuleSink& sink);

}  // namespace unsent
