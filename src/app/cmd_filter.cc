// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <csignal>
#include <exception>

#include "action/annotate.h"
#include "app/output.h"
#include "app/rule_files.h"
#include "app/setup.h"
#include "base/file.h"
#include "bounce/recognise.h"

namespace unsent {
namespace {

// The header block, or why there is none: then the message goes through without one.
Result<std::string> judge_to_block(const Message& message, const Arguments& arguments) {
  // Ordinary mail, nearly all of it, costs no config and no ledger.
  std::vector<std::string> problems;
  if (!may_be_report(message, *load_rules(problems))) return header_block({});
  const auto parsed = parse_options(arguments, "", judging_options());
  if (!parsed) return parsed.failure();
  const auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto setup = make_setup(*judging, *config);
  if (!setup) return setup.failure();
  const Judgement judgement = judge(message, setup->premises, setup->witnesses, setup->recipient);
  for (const std::string& problem : setup->rules->problems()) complain(problem);
  return header_block(judgement);
}

// Nothing that goes wrong inside may cost the message: not even an exception.
std::string make_block(const Message& message, const Arguments& arguments) {
  try {
    auto block = judge_to_block(message, arguments);
    if (block) return std::move(*block);
    complain(block.error().message + " (the message goes through unjudged)");
  } catch (const std::exception& error) {
    complain(std::string(error.what()) + " (the message goes through unjudged)");
  }
  return {};
}

bool wants_help(const Arguments& arguments) {
  for (const std::string& word : arguments.words)
    if (word == "--help" || word == "-h") return true;
  return false;
}

}  // namespace

Outcome cmd_filter(const Arguments& arguments) {
  if (wants_help(arguments)) {
    const auto parsed = parse_options(
        arguments, "unsent filter [OPTION…]: standard input to standard output, with our header",
        judging_options());
    return parsed ? Outcome(0) : Outcome(parsed.failure());
  }
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a failed write, not a death
  auto bytes = read_all(STDIN_FILENO, "standard input");
  if (!bytes) return fail(ErrorCode::temp_fail, bytes.error().message);
  const Message message = Message::parse(std::move(*bytes));
  const std::string annotated = annotate(message.bytes(), make_block(message, arguments));
  if (auto written = write_all(STDOUT_FILENO, annotated, "standard output"); !written)
    return fail(ErrorCode::temp_fail, written.error().message);
  return 0;
}

}  // namespace unsent
