// SPDX-License-Identifier: MIT
#include "rules/rule_file.h"

#include <toml++/toml.h>

#include "base/toml_text.h"

namespace unsent {
namespace {

void tell_value(const std::string& key, const toml::node& node, RuleSink& sink, int depth) {
  const unsigned line = node.source().begin.line;
  if (const auto text = node.value_exact<std::string>()) {
    sink.field(line, key, *text);
  } else if (const auto flag = node.value_exact<bool>()) {
    sink.field(line, key, *flag ? "true" : "false");
  } else if (const toml::array* list = node.as_array(); list != nullptr && depth == 0) {
    for (const toml::node& item : *list) tell_value(key, item, sink, depth + 2);
  } else if (const toml::table* table = node.as_table(); table != nullptr && depth < 2) {
    for (const auto& [inner, value] : *table)
      tell_value(key + "." + std::string(inner.str()), value, sink, value.is_array() ? 0 : 2);
  } else {
    sink.problem(line, key + " is neither a text nor a list of texts");
  }
}

void tell_rule(const toml::table& rule, RuleSink& sink) {
  sink.begin_rule(rule.source().begin.line);
  // The name first, so that whatever is wrong with the rest can be told with it.
  if (const toml::node* name = rule.get("name")) tell_value("name", *name, sink, 0);
  for (const auto& [key, node] : rule)
    if (key.str() != "name") tell_value(std::string(key.str()), node, sink, 0);
  sink.end_rule();
}

void tell_file(const toml::table& root, RuleSink& sink) {
  for (const auto& [key, node] : root)
    if (key.str() != "rule" || !node.is_array_of_tables())
      return sink.problem(key.source().begin.line, "a rule file holds nothing but [[rule]] tables");
  if (const toml::array* rules = root["rule"].as_array())
    for (const toml::node& rule : *rules) tell_rule(*rule.as_table(), sink);
}

}  // namespace

void read_rule_file(std::string_view text, RuleSink& sink) {
  if (const auto flaw = find_toml_flaw(text))
    return sink.problem(flaw->line, std::string(flaw->what));
  try {
    tell_file(toml::parse(text), sink);
  } catch (const toml::parse_error& error) {
    sink.problem(error.source().begin.line, std::string(error.description()));
  }
}

}  // namespace unsent
