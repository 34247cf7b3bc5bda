// SPDX-License-Identifier: MIT
// Input: a rule file; each of its rules is compiled and asked about the samples of all.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "mail/message.h"
#include "rules/ruleset.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace unsent;
  RuleSet rules(RuleSet::BuiltIn::no);
  rules.add_file("fuzz.toml", std::string(data, data + size));
  rules.compile_all();
  for (const std::string& problem : rules.problems())
    if (problem.compare(0, 10, "fuzz.toml:") != 0 || problem.find('\n') != problem.npos)
      std::abort();
  for (const Rule* rule : rules.rules()) {
    const Message message = Message::view(rule->sample);
    const std::string words = to_valid_utf8(message.body());
    Defects defects;
    rules.opens(message.headers());
    const auto answer = rules.ask(
        {message.content().substr(0, message.headers().end()), message.headers(), words, true},
        defects);
    if (answer && answer->original_at != words.npos && answer->original_at > words.size())
      std::abort();
  }
  return 0;
}
