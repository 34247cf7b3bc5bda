// SPDX-License-Identifier: MIT
#include "bounce/rules_told.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_line.h"
#include "bounce/language_check.h"
#include "bounce/rule_check.h"

namespace unsent {

std::string to_text(const Rule& rule) {
  return fmt::format("{:<24}  {:<12}  {}{}", rule.name, rule.kind, rule.description,
                     rule.is_built_in ? "" : "  [" + rule.place() + "]");
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

std::vector<TestedRules> test_all(RuleSet& rules) {
  std::vector<TestedRules> all;
  for (const RuleCheck& check : check_rules(rules)) {
    all.push_back({check.rule->name, {}, check.also, {}});
    for (const std::string& failure : check.failures)
      all.back().failures.push_back(check.rule->place() + ": " + failure);
  }
  for (const LanguageCheck& check : check_languages(rules))
    all.push_back({check.path, check.lines, {}, check.failures});
  return all;
}

std::string to_text(const TestedRules& one) {
  std::string text = fmt::format("{}  {}", one.failures.empty() ? "ok  " : "FAIL", one.name);
  if (one.phrases) text += fmt::format("  {} phrases", *one.phrases);
  if (!one.before.empty()) text += fmt::format("  (before {})", fmt::join(one.before, ", "));
  text += '\n';
  for (const std::string& failure : one.failures) text += fmt::format("      {}\n", failure);
  return text;
}

std::string to_json(const TestedRules& one) {
  using json = nlohmann::ordered_json;
  auto object = begin_json();
  object["name"] = one.name;
  object["good"] = one.failures.empty();
  object["phrases"] = one.phrases ? json(*one.phrases) : json(nullptr);
  object["before"] = one.before;
  object["failures"] = one.failures;
  return json_line(object);
}

}  // namespace unsent
