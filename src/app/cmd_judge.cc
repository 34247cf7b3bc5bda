// SPDX-License-Identifier: MIT
// What libunsent talks to: app/library/unsent.c tells what is said on standard input and output.
#include <fmt/format.h>
#include <unistd.h>

#include "app/command.h"
#include "base/file.h"
#include "deliver/arrival.h"
#include "deliver/confine.h"
#include "deliver/judge_request.h"
#include "mailbox/mailbox.h"
#include "report/report.h"
#include "setup/asking.h"
#include "setup/setup.h"

namespace unsent {
namespace {

Result<void> say(const std::string& text) {
  return write_all(STDOUT_FILENO, text, "standard output");
}

Result<void> answer(JudgeRequest request, Setup& setup) {
  setup.witnesses.now = current_time();
  setup.deadline->begin_message();
  Message message = Message::parse(std::move(request.bytes));
  message.set_envelope(request.envelope);
  Inquiry inquiry;
  const Judgement judgement = judge_asking(message, setup, request.envelope.recipient, inquiry);
  const std::string json = to_json({"-", 0}, message, judgement);
  const std::string& reason = judgement.decision.reason;
  return say(fmt::format("{} {} {}\n{}{}", name_of(judgement.decision.verdict), reason.size(),
                         json.size(), reason, json));
}

}  // namespace

Outcome cmd_judge(const Arguments& arguments) {
  JudgingOptions judging;
  judging.broken_ledger = BrokenLedger::stops_nothing;
  const auto parsed = parse_options(
      arguments, "unsent judge [OPTION…]: judge what libunsent(3) hands over on standard input",
      judging_options(judging));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto refuse = [](const Error& error) -> Outcome {
    static_cast<void>(
        say(fmt::format("error {}\n{}", error.message.size(), error.message)).has_value());
    return fail(error.code, error.message, error.hint);
  };
  const auto config = load_config(arguments.config_path, Unknown::is_problem);
  if (!config) return refuse(config.error());
  auto setup = make_setup(judging, *config);
  if (!setup) return refuse(setup.error());
  const Complaints complain(false);
  for (const std::string& problem : setup->problems) complain(problem);
  if (config->is_confined) confine(confinement_of(*config, judging));
  {
    Setup judge = std::move(*setup);
    RequestInput input(STDIN_FILENO);
    if (auto said = say(fmt::format("ready {}\n", kMaxSeen)); !said) return said.failure();
    while (auto request = read_judge_request(input))
      if (auto answered = answer(std::move(*request), judge); !answered) return answered.failure();
  }
  // All is closed; what else runs at an exit, such as a look for leaks, may want rights that are
  // given up.
  ::_exit(0);
}

}  // namespace unsent
