// SPDX-License-Identifier: MIT
#include <algorithm>

#include "app/command.h"
#include "base/file.h"
#include "base/text.h"
#include "bounce/rules_told.h"
#include "setup/options.h"
#include "setup/output.h"
#include "setup/rule_files.h"

namespace unsent {
namespace {

int complain_of(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) complain(problem);
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::config);
}

Outcome list_rules(RuleSet& rules, std::vector<std::string> problems, bool is_json) {
  Output output;
  std::vector<const Rule*> all = rules.rules();
  std::sort(all.begin(), all.end(), [](const Rule* a, const Rule* b) { return a->name < b->name; });
  for (const Rule* rule : all)
    if (auto line = is_json ? output.json(to_json(*rule)) : output.line(to_text(*rule)); !line)
      return line.failure();
  rules.compile_all();
  problems.insert(problems.end(), rules.problems().begin(), rules.problems().end());
  return output.finish(complain_of(problems));
}

// Exit status 0: every rule does what it promises, 1: one does not.
Outcome test_rules(RuleSet& rules, std::vector<std::string> problems, bool is_json) {
  Output output;
  int status = 0;
  for (const TestedRules& one : test_all(rules)) {
    if (!one.failures.empty()) status = 1;
    if (auto written = is_json ? output.json(to_json(one)) : output.text(to_text(one)); !written)
      return written.failure();
  }
  problems.insert(problems.end(), rules.problems().begin(), rules.problems().end());
  if (const int broken = complain_of(problems); broken != 0) status = broken;
  return output.finish(status);
}

// A file of rules or of phrases: what is no comment tells.
void add_file(RuleSet& rules, const std::string& path, std::string text) {
  bool has_rules = false;
  for (std::string_view rest = text; !rest.empty() && !has_rules;)
    has_rules = trim(take_line(rest)).starts_with("[[rule]]");
  if (has_rules)
    rules.add_file(path, std::move(text));
  else
    rules.wording().add_file(path, std::move(text));
}

}  // namespace

Outcome cmd_rules(const Arguments& arguments) {
  bool is_json = false;
  const auto parsed = parse_options(
      arguments,
      "unsent rules list         the rules by which mail systems' bounces are recognised\n"
      "unsent rules test [FILE]  each rule against its own sample and those of all others, and\n"
      "                          each phrase of the languages against its own;\n"
      "                          FILE: as if it lay in rules.d or rules.d/languages",
      OptionGroup().flag("json", is_json, "one JSON object a rule"));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto& words = parsed->operands;
  const std::string what = words.empty() ? "" : words.front();
  const bool is_right =
      (what == "list" && words.size() == 1) || (what == "test" && words.size() <= 2);
  if (!is_right)
    return fail(ErrorCode::usage, "rules: say list or test [FILE]", "see unsent rules --help");
  std::vector<std::string> problems;
  const auto rules = load_rules_to_test(problems);
  if (what == "list") return list_rules(*rules, std::move(problems), is_json);
  if (words.size() == 2) {
    auto text = read_named_file(words[1], 1024 * 1024);
    if (!text) return text.failure();
    add_file(*rules, words[1], std::move(*text));
  }
  return test_rules(*rules, std::move(problems), is_json);
}

}  // namespace unsent
