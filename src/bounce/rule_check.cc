// SPDX-License-Identifier: MIT
#include "bounce/rule_check.h"

#include "bounce/recognise.h"

namespace unsent {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

std::vector<std::string> addresses_of(const Bounce& bounce) {
  std::vector<std::string> addresses;
  for (const RecipientReport& report : bounce.recipients) addresses.push_back(report.address);
  return addresses;
}

std::vector<std::string> failures_of(const Rule& rule, RuleSet& rules) {
  const Bounce bounce = recognise(Message::view(rule.sample), rules);
  std::vector<std::string> failures = bounce.defects.list();
  const auto expect = [&](bool is_so, const std::string& what) {
    if (!is_so) failures.push_back("its sample " + what);
  };
  if (rule.kind == name_of(Kind::ordinary)) {
    expect(bounce.kind == Kind::ordinary, "is " + std::string(name_of(bounce.kind)));
    return failures;
  }
  expect(bounce.rule == rule.name,
         "is not recognised by it, but by " + (bounce.rule.empty() ? "none" : bounce.rule));
  expect(name_of(bounce.kind) == rule.kind, "is " + std::string(name_of(bounce.kind)));
  expect(rule.original.empty() || bounce.original.extent != Extent::none, "shows no original");
  expect(rule.sample_message_id.empty() || bounce.original.message_id == rule.sample_message_id,
         "returns the Message-ID " + bounce.original.message_id);
  expect(rule.sample_recipients.empty() || addresses_of(bounce) == rule.sample_recipients,
         "names the recipients " + joined(addresses_of(bounce)));
  return failures;
}

}  // namespace

std::vector<RuleCheck> check_rules(RuleSet& rules) {
  rules.compile_all();
  std::vector<RuleCheck> checks;
  for (const Rule* rule : rules.rules()) checks.push_back({rule, failures_of(*rule, rules), {}});
  for (const Rule* rule : rules.rules()) {
    RuleSet alone(RuleSet::BuiltIn::no);
    alone.add_rule(*rule);
    for (RuleCheck& check : checks)
      if (check.rule != rule &&
          recognise(Message::view(check.rule->sample), alone).rule == rule->name)
        check.also.push_back(rule->name);
  }
  return checks;
}

}  // namespace unsent
