// SPDX-License-Identifier: MIT
// Keys and values into rules. A rule with a mistake is left out, with one line that says
// where and what; the others still work.
#pragma once

#include <string>
#include <vector>

#include "rules/rule.h"
#include "rules/rule_file.h"

namespace unsent {

class RuleReader : public RuleSink {
 public:
  // path is for the problems: "path:line: rule NAME: what". Both lists are appended to
  // and must outlive the reader.
  RuleReader(std::string path, std::vector<Rule>& rules, std::vector<std::string>& problems);

  void begin_rule(unsigned line) override;
  void field(unsigned line, std::string_view key, std::string_view value) override;
  void end_rule() override;
  void problem(unsigned line, const std::string& what) override;

 private:
  void set_text(unsigned line, std::string_view key, std::string& to, std::string_view value);
  // What is wrong with the finished rule; "" if nothing.
  std::string mistake() const;

  std::string path_;
  std::vector<Rule>& rules_;
  std::vector<std::string>& problems_;
  std::size_t first_;  // of rules_, that is ours
  Rule rule_;
  bool is_in_rule_ = false;
  bool is_broken_ = false;
};

}  // namespace unsent
