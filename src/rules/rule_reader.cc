// SPDX-License-Identifier: MIT
#include "rules/rule_reader.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"
#include "rules/literal_index.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxName = 40;
constexpr std::size_t kMaxPattern = 4000;
constexpr std::size_t kMaxList = 50;
constexpr std::size_t kMaxSample = 64 * 1024;

struct TextKey {
  std::string_view key;
  std::string Rule::*to;
};
constexpr std::array<TextKey, 9> kTexts = {{{"name", &Rule::name},
                                            {"system", &Rule::system},
                                            {"description", &Rule::description},
                                            {"kind", &Rule::kind},
                                            {"body", &Rule::body},
                                            {"original", &Rule::original},
                                            {"recipients", &Rule::recipients},
                                            {"returns", &Rule::returns},
                                            {"sample", &Rule::sample}}};

struct ListKey {
  std::string_view key;
  std::vector<std::string> Rule::*to;
};
constexpr std::array<ListKey, 3> kLists = {{{"near", &Rule::near},
                                            {"near_header", &Rule::near_header},
                                            {"expect.recipients", &Rule::sample_recipients}}};

constexpr const char* kKeys =
    "the keys are name, system, description, kind, near, near_header, gate, fields, body, "
    "original, returns, recipients, sample, expect and enabled";

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (is_alpha(c) && c == to_lower(c)) || c == '-';
         });
}

template <std::size_t N>
bool is_one_of(const std::string& text, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

bool has_long_literal(const std::vector<std::string>& literals) {
  return std::any_of(literals.begin(), literals.end(), [](const std::string& literal) {
    return literal.size() >= LiteralIndex::kMinLiteral;
  });
}

std::string pattern_mistake(const Rule& rule) {
  const auto is_long = [](const std::string& pattern) { return pattern.size() > kMaxPattern; };
  if (is_long(rule.body) || is_long(rule.original) || is_long(rule.recipients) ||
      std::any_of(rule.fields.begin(), rule.fields.end(),
                  [&](const FieldCondition& field) { return is_long(field.text); }))
    return "a pattern is longer than 4,000 bytes";
  if (!rule.recipients.empty() && rule.recipients.find("(?<recipient>") == std::string::npos)
    return "recipients has no group (?<recipient>…)";
  return {};
}

}  // namespace

RuleReader::RuleReader(std::string path, std::vector<Rule>& rules,
                       std::vector<std::string>& problems)
    : path_(std::move(path)), rules_(rules), problems_(problems), first_(rules.size()) {}

void RuleReader::begin_rule(unsigned line) {
  rule_ = {};
  rule_.path = path_;
  rule_.line = line;
  is_in_rule_ = true;
  is_broken_ = false;
}

void RuleReader::problem(unsigned line, const std::string& what) {
  if (is_broken_) return;  // one line a rule
  is_broken_ = is_in_rule_;
  const std::string of_rule =
      is_in_rule_ && is_name(rule_.name) ? "rule " + rule_.name + ": " : std::string();
  std::string text = of_rule + to_valid_utf8(what);
  std::replace(text.begin(), text.end(), '\n', ' ');  // a key or value that is quoted
  problems_.push_back(path_ + ":" + std::to_string(line) + ": " + text);
}

void RuleReader::set_text(unsigned line, std::string_view key, std::string& to,
                          std::string_view value) {
  if (value.empty()) return problem(line, std::string(key) + " is empty");
  if (!to.empty()) return problem(line, std::string(key) + " is a list, and may be one text only");
  to = value;
}

void RuleReader::field(unsigned line, std::string_view key, std::string_view value) {
  for (const TextKey& one : kTexts)
    if (one.key == key) return set_text(line, key, rule_.*one.to, value);
  for (const ListKey& one : kLists) {
    if (one.key != key) continue;
    auto& list = rule_.*one.to;
    if (value.empty() || list.size() == kMaxList)
      return problem(line,
                     std::string(key) + (value.empty() ? " has an empty text" : " is too long"));
    return list.emplace_back(value), void();
  }
  if (key == "expect.message_id") return set_text(line, key, rule_.sample_message_id, value);
  if (key == "enabled") {
    if (value != "true" && value != "false") return problem(line, "enabled is true or false");
    rule_.is_enabled = value == "true";
    return;
  }
  for (auto [table, list] : {std::pair{std::string_view("fields."), &rule_.fields},
                             std::pair{std::string_view("gate."), &rule_.gates}}) {
    if (key.substr(0, table.size()) != table) continue;
    if (value.empty() || list->size() == kMaxList)
      return problem(line, std::string(key) + " is empty, or there are too many");
    list->push_back({std::string(key.substr(table.size())), std::string(value)});
    return;
  }
  problem(line, "no key " + std::string(key) + "; " + kKeys);
}

std::string RuleReader::mistake() const {
  if (!is_name(rule_.name))
    return rule_.name.empty() ? "no name"
                              : "a name is lower-case letters, digits and dashes, at most 40";
  const auto is_same = [&](const Rule& other) { return other.name == rule_.name; };
  if (std::any_of(rules_.begin() + static_cast<std::ptrdiff_t>(first_), rules_.end(), is_same))
    return "the name occurs twice in this file";
  if (!rule_.is_enabled) return {};  // it only switches another one off
  if (rule_.system.empty()) return "no system";
  if (rule_.description.empty()) return "no description";
  if (!is_one_of(rule_.kind, kRuleKinds))
    return rule_.kind.empty() ? "no kind" : "no kind is called " + rule_.kind;
  if (!has_long_literal(rule_.near) && !has_long_literal(rule_.near_header))
    return "neither near nor near_header has a text of eight bytes or more";
  if (!rule_.returns.empty() && !is_one_of(rule_.returns, kRuleReturns))
    return "returns is full, headers or fragment";
  if (rule_.sample.empty()) return "no sample";
  if (rule_.sample.size() > kMaxSample) return "the sample is longer than 64 KB";
  return pattern_mistake(rule_);
}

void RuleReader::end_rule() {
  if (!is_broken_)
    if (const std::string what = mistake(); !what.empty()) problem(rule_.line, what);
  if (!is_broken_) rules_.push_back(std::move(rule_));
  is_in_rule_ = false;
  is_broken_ = false;
}

}  // namespace unsent
