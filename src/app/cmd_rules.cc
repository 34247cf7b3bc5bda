// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "app/options.h"
#include "app/output.h"
#include "app/rule_files.h"
#include "base/file.h"
#include "bounce/language_check.h"
#include "bounce/rule_check.h"

namespace unsent {
namespace {

Outcome finish(Output& output, int status) {
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return status;
}

int complain_of(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) complain(problem);
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::config);
}

Outcome list_rules(RuleSet& rules, std::vector<std::string> problems) {
  Output output;
  std::vector<const Rule*> all = rules.rules();
  std::sort(all.begin(), all.end(), [](const Rule* a, const Rule* b) { return a->name < b->name; });
  for (const Rule* rule : all)
    if (auto line = output.line(fmt::format("{:<24}  {:<12}  {}{}", rule->name, rule->kind,
                                            rule->description,
                                            rule->is_built_in ? "" : "  [" + rule->place() + "]"));
        !line)
      return line.failure();
  rules.compile_all();
  problems.insert(problems.end(), rules.problems().begin(), rules.problems().end());
  return finish(output, complain_of(problems));
}

Result<void> test_languages(RuleSet& rules, Output& output, int& status) {
  for (const LanguageCheck& check : check_languages(rules)) {
    const bool is_good = check.failures.empty();
    std::string text =
        fmt::format("{}  {}  {} phrases\n", is_good ? "ok  " : "FAIL", check.path, check.lines);
    for (const std::string& failure : check.failures) text += fmt::format("      {}\n", failure);
    if (auto written = output.text(text); !written) return written.failure();
    if (!is_good) status = 1;
  }
  return {};
}

// Exit status 0: every rule does what it promises, 1: one does not.
Outcome test_rules(RuleSet& rules, std::vector<std::string> problems) {
  Output output;
  int status = 0;
  for (const RuleCheck& check : check_rules(rules)) {
    const bool is_good = check.failures.empty();
    std::string text = fmt::format("{}  {}", is_good ? "ok  " : "FAIL", check.rule->name);
    for (const std::string& other : check.also)
      text += (&other == &check.also.front() ? "  (before " : ", ") + other;
    text += check.also.empty() ? "\n" : ")\n";
    for (const std::string& failure : check.failures)
      text += fmt::format("      {}: {}\n", check.rule->place(), failure);
    if (auto written = output.text(text); !written) return written.failure();
    if (!is_good) status = 1;
  }
  if (auto tested = test_languages(rules, output, status); !tested) return tested.failure();
  problems.insert(problems.end(), rules.problems().begin(), rules.problems().end());
  if (const int broken = complain_of(problems); broken != 0) status = broken;
  return finish(output, status);
}

// A file of rules or of phrases: what is no comment tells.
void add_file(RuleSet& rules, const std::string& path, std::string text) {
  const bool has_rules = text.rfind("[[rule]]", 0) == 0 || text.find("\n[[rule]]") != text.npos;
  if (has_rules)
    rules.add_file(path, std::move(text));
  else
    rules.wording().add_file(path, std::move(text));
}

}  // namespace

Outcome cmd_rules(const Arguments& arguments) {
  const boost::program_options::options_description options("Options");
  const auto parsed = parse_options(
      arguments,
      "unsent rules list         the rules by which mail systems' bounces are recognised\n"
      "unsent rules test [FILE]  each rule against its own sample and those of all others, and\n"
      "                          each phrase of the languages against its own;\n"
      "                          FILE: as if it lay in rules.d or rules.d/languages",
      options);
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
  if (what == "list") return list_rules(*rules, std::move(problems));
  if (words.size() == 2) {
    auto text = read_named_file(words[1], 1024 * 1024);
    if (!text) return text.failure();
    add_file(*rules, words[1], std::move(*text));
  }
  return test_rules(*rules, std::move(problems));
}

}  // namespace unsent
