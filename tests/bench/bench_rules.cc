// SPDX-License-Identifier: MIT
// What rules cost: bench_rules [FOLDER…] recognises the built-in rules' samples, or the
// messages of the folders, with 10, 100 and 1,000 rules in force, and says what loading
// and the first report of a process cost. The rules are the built-in ones, some of them or
// more than once, under other names and with literals of their own.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "bench.h"
#include "bounce/recognise.h"
#include "mailbox/mailbox.h"

namespace {

using unsent::Message;
using unsent::Rule;
using unsent::RuleSet;

constexpr std::size_t kRounds = 100;

RuleSet make_rules(std::size_t count) {
  RuleSet built_in;
  const auto sources = built_in.rules();
  RuleSet rules(RuleSet::BuiltIn::no);
  for (std::size_t i = 0; i < count; ++i) {
    Rule rule = *sources[i % sources.size()];
    if (i >= sources.size()) {
      const std::string mark = fmt::format("system {} ", i);
      rule.name += mark;
      for (std::string& literal : rule.near) literal = mark + literal;
      for (std::string& literal : rule.near_header) literal = mark + literal;
    }
    rules.add_rule(std::move(rule));
  }
  return rules;
}

void measure(std::size_t count, const std::vector<std::string>& messages) {
  RuleSet rules = make_rules(count);
  std::size_t bytes = 0;
  std::size_t by_rule = 0;
  for (const std::string& message : messages) bytes += message.size();
  const unsent::Stopwatch loading;
  rules.rules();
  const double loaded = loading.seconds();
  for (const std::string& message : messages) {  // compiles what is needed
    const auto bounce = unsent::recognise(Message::view(message), rules);
    if (!bounce.rule.empty() && bounce.rule != "prose" && bounce.rule != "dsn") ++by_rule;
  }
  const unsent::Stopwatch watch;
  for (std::size_t round = 0; round < kRounds; ++round)
    for (const std::string& message : messages) unsent::recognise(Message::view(message), rules);
  const double seconds = watch.seconds() / kRounds;
  fmt::print(
      "{:>5} rules: {:.0f} messages/s, {:.1f} us each, {:.0f} MB/s; {} of {} by a rule; loaded in "
      "{:.0f} us\n",
      count, static_cast<double>(messages.size()) / seconds,
      1e6 * seconds / static_cast<double>(messages.size()),
      static_cast<double>(bytes) / seconds / 1e6, by_rule, messages.size(), 1e6 * loaded);
}

void measure_first(const std::string& message) {
  const unsent::Stopwatch watch;
  RuleSet rules;
  unsent::recognise(Message::view(message), rules);
  fmt::print("first report of a process: {:.0f} us\n", 1e6 * watch.seconds());
}

}  // namespace

int main(int argc, char** argv) {
  RuleSet built_in;
  std::vector<std::string> messages;
  std::vector<std::string> problems;
  for (int i = 1; i < argc; ++i) {
    const auto walked = unsent::walk_mailbox(
        argv[i],
        [&](const unsent::StoredMessage& stored) -> unsent::Result<void> {
          messages.emplace_back(stored.bytes);
          return {};
        },
        problems);
    if (!walked) fmt::print(stderr, "{}\n", walked.error().message);
  }
  if (messages.empty())
    for (const Rule* rule : built_in.rules()) messages.push_back(rule->sample);
  measure_first(messages.front());
  for (const std::size_t count : {std::size_t{10}, std::size_t{100}, std::size_t{1000}})
    measure(count, messages);
  fmt::print("built in: {} rules; peak {:.1f} MB\n", built_in.rules().size(),
             unsent::peak_megabytes());
  return 0;
}
