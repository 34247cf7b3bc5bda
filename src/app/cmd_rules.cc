// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "base/file.h"
#include "base/json_line.h"
#include "bounce/language_check.h"
#include "bounce/rule_check.h"
#include "setup/options.h"
#include "setup/output.h"
#include "setup/rule_files.h"

namespace unsent {
namespace {

int complain_of(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) complain(problem);
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::config);
}

std::string to_json(const Rule& rule) {
  nlohmann::ordered_json object = begin_json();
  object["name"] = rule.name;
  object["kind"] = rule.kind;
  object["description"] = rule.description;
  object["place"] =
      rule.is_built_in ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(rule.place());
  return json_line(object);
}

std::string to_text(const Rule& rule) {
  return fmt::format("{:<24}  {:<12}  {}{}", rule.name, rule.kind, rule.description,
                     rule.is_built_in ? "" : "  [" + rule.place() + "]");
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

// What a rule, or the phrases of a language, made of their samples.
struct Tested {
  std::string name;  // of the rule; of phrases the file's path
  std::optional<std::size_t> phrases;
  std::vector<std::string> before;    // rules that recognise its sample as well, and come later
  std::vector<std::string> failures;  // each with the line that fails
};

std::string to_text(const Tested& one) {
  std::string text = fmt::format("{}  {}", one.failures.empty() ? "ok  " : "FAIL", one.name);
  if (one.phrases) text += fmt::format("  {} phrases", *one.phrases);
  if (!one.before.empty()) text += fmt::format("  (before {})", fmt::join(one.before, ", "));
  text += '\n';
  for (const std::string& failure : one.failures) text += fmt::format("      {}\n", failure);
  return text;
}

std::string to_json(const Tested& one) {
  using json = nlohmann::ordered_json;
  auto object = begin_json();
  object["name"] = one.name;
  object["good"] = one.failures.empty();
  object["phrases"] = one.phrases ? json(*one.phrases) : json(nullptr);
  object["before"] = one.before;
  object["failures"] = one.failures;
  return json_line(object);
}

std::vector<Tested> test_all(RuleSet& rules) {
  std::vector<Tested> all;
  for (const RuleCheck& check : check_rules(rules)) {
    all.push_back({check.rule->name, {}, check.also, {}});
    for (const std::string& failure : check.failures)
      all.back().failures.push_back(check.rule->place() + ": " + failure);
  }
  for (const LanguageCheck& check : check_languages(rules))
    all.push_back({check.path, check.lines, {}, check.failures});
  return all;
}

// Exit status 0: every rule does what it promises, 1: one does not.
Outcome test_rules(RuleSet& rules, std::vector<std::string> problems, bool is_json) {
  Output output;
  int status = 0;
  for (const Tested& one : test_all(rules)) {
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
  const bool has_rules = text.rfind("[[rule]]", 0) == 0 || text.find("\n[[rule]]") != text.npos;
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
