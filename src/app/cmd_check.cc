// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "app/command.h"
#include "base/file.h"
#include "deliver/flood_memory.h"
#include "mailbox/one_message.h"
#include "report/explain.h"
#include "report/report.h"
#include "setup/asking.h"
#include "setup/output.h"
#include "setup/outputs.h"

namespace unsent {
namespace {

enum Status { kBackscatter = 0, kGenuine = 1, kUnverified = 2, kNotJudged = 75 };

struct CheckOptions {
  bool is_json = false;
  bool is_explained = false;
  bool is_turned_round = false;  // --genuine
  SenderOptions envelope;
  JudgingOptions judging;
};

OptionGroup check_options(CheckOptions& options) {
  OptionGroup group;
  group.flag("json", options.is_json, "one JSON object a message")
      .flag("explain", options.is_explained, "every fact, and what decided")
      .flag("genuine", options.is_turned_round,
            "turn the test round: exit 0 for genuine and ordinary")
      .add(sender_options(options.envelope))
      .add(judging_options(options.judging));
  return group;
}

int status_of(Verdict verdict, bool is_turned_round) {
  switch (verdict) {
    case Verdict::backscatter:
      return is_turned_round ? kGenuine : kBackscatter;
    case Verdict::ordinary:
    case Verdict::genuine:
      return is_turned_round ? kBackscatter : kGenuine;
    case Verdict::unverified:
      return kUnverified;
  }
  return kNotJudged;
}

// Over several messages the first of 0, 75, 2, 1 that occurs.
int worse(int a, int b) {
  for (const int status : {0, 75, 2, 1})
    if (a == status || b == status) return status;
  return kNotJudged;
}

// A file may be packed; it is one message, as what is piped is, whatever looks like another in it.
Result<std::string> read_message(const std::string& path) {
  if (path == "-") return read_all(STDIN_FILENO, "standard input");
  auto bytes = read_named_file(path);
  if (!bytes) return bytes;
  auto one = one_message_of(std::move(*bytes), path);
  if (!one) return one.failure();
  if (one->has_others)
    complain(
        path +
        ": is judged as one message, and looks like an mbox of several; unsent scan judges each");
  return std::move(one->bytes);
}

Result<int> check_one(const std::string& path, const Setup& setup, const Envelope& envelope,
                      const std::vector<Remembered>& others, const CheckOptions& options,
                      Output& output) {
  auto bytes = read_message(path);
  if (!bytes) {
    const Error& error = bytes.error();
    complain(error.message + (error.hint.empty() ? "" : "; " + error.hint));
    if (options.is_json)
      if (auto told = output.json(failure_json(path, bytes.error().message)); !told)
        return told.failure();
    return kNotJudged;
  }
  Message message = Message::parse(std::move(*bytes));
  message.set_envelope(envelope);
  Inquiry inquiry;
  Judgement judgement = judge_asking(message, setup, envelope.recipient, inquiry);
  // As the pipe would: among what came in the last days. Nothing is kept.
  static_cast<void>(look_among(judgement, message, others, setup.witnesses.now));
  const Position place{path, 0};
  const auto questions = options.is_explained ? std::optional(inquiry.list()) : std::nullopt;
  auto written = options.is_json        ? output.json(to_json(place, message, judgement, questions))
                 : options.is_explained ? output.text(explain(message, judgement))
                                        : output.line(to_line(place, message, judgement));
  if (!written) return written.failure();
  return status_of(judgement.decision.verdict, options.is_turned_round);
}

}  // namespace

Outcome cmd_check(const Arguments& arguments) {
  CheckOptions options;
  JudgingOptions& judging = options.judging;
  judging.broken_ledger = BrokenLedger::is_judged_without;
  judging.notes_nothing = true;
  const auto parsed = parse_options(
      arguments, "unsent check [OPTION…] [MAIL…]: judge each message (standard input without MAIL)",
      check_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (auto checked = check_output(*parsed); !checked) return checked.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  auto setup = make_setup(judging, *config);
  if (!setup) return setup.failure();
  const auto others = read_flood_memory(data_folder(), setup->witnesses.now);
  setup->premises.wants_carriage = !others.empty();
  for (const std::string& problem : setup->problems) complain(problem);
  std::vector<std::string> paths = parsed->operands;
  if (paths.empty()) paths.emplace_back("-");
  // The environment speaks of what is being delivered now, not of mail in files.
  const Envelope delivered = read_sender(options.envelope, judging);
  const Envelope stored{EnvelopeSender::unknown, judging.recipient, ""};
  Output output;
  int status = -1;
  for (const std::string& path : paths) {
    const auto checked =
        check_one(path, *setup, path == "-" ? delivered : stored, others, options, output);
    if (!checked) return checked.failure();
    status = status < 0 ? *checked : worse(status, *checked);
  }
  for (const std::string& problem : setup->rules->problems()) complain(problem);
  return output.finish(status);
}

}  // namespace unsent
