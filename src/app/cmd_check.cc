// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "action/explain.h"
#include "action/report.h"
#include "app/asking.h"
#include "app/output.h"
#include "app/outputs.h"
#include "base/file.h"

namespace unsent {
namespace {

enum Status { kBackscatter = 0, kGenuine = 1, kUnverified = 2, kNotJudged = 75 };

struct Style {
  bool is_json = false;
  bool is_explained = false;
  bool is_turned_round = false;  // --genuine
};

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

Result<std::string> read_message(const std::string& path) {
  if (path == "-") return read_all(STDIN_FILENO, "standard input");
  return read_named_file(path);
}

Result<int> check_one(const std::string& path, const Setup& setup, const Envelope& envelope,
                      const Style& style, Output& output) {
  auto bytes = read_message(path);
  if (!bytes) {
    complain(bytes.error().message);
    return kNotJudged;
  }
  Message message = Message::parse(std::move(*bytes));
  message.set_envelope(envelope);
  Inquiry inquiry;
  const Judgement judgement = judge_asking(message, setup, envelope.recipient, inquiry);
  const Place place{path, 0};
  const auto questions = style.is_explained ? std::optional(inquiry.list()) : std::nullopt;
  auto written = style.is_json        ? output.line(to_json(place, message, judgement, questions))
                 : style.is_explained ? output.text(explain(message, judgement))
                                      : output.line(to_line(place, message, judgement));
  if (!written) return written.failure();
  return status_of(judgement.decision.verdict, style.is_turned_round);
}

}  // namespace

Outcome cmd_check(const Arguments& arguments) {
  auto options = judging_options();
  boost::program_options::options_description own("Options");
  own.add_options()("json", "one JSON object a message")  //
      ("explain", "every fact, and what decided")         //
      ("genuine", "turn the test round: exit 0 for genuine and ordinary");
  own.add(envelope_options()).add(options);
  const auto parsed = parse_options(
      arguments, "unsent check [OPTION…] [MAIL…]: judge each message (standard input without MAIL)",
      own);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (auto checked = check_output(*parsed); !checked) return checked.failure();
  auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  judging->broken_ledger = BrokenLedger::is_judged_without;
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto setup = make_setup(*judging, *config);
  if (!setup) return setup.failure();
  if (setup->witnesses.ledger != nullptr) setup->witnesses.ledger->write_nothing();
  for (const std::string& problem : setup->problems) complain(problem);
  const Style style{parsed->has("json"), parsed->has("explain"), parsed->has("genuine")};
  std::vector<std::string> paths = parsed->operands;
  if (paths.empty()) paths.emplace_back("-");
  // The environment speaks of what is being delivered now, not of mail in files.
  const Envelope delivered = read_envelope_options(*parsed, *judging);
  const Envelope stored{EnvelopeSender::unknown, judging->recipient, ""};
  Output output;
  int status = -1;
  for (const std::string& path : paths) {
    const auto checked = check_one(path, *setup, path == "-" ? delivered : stored, style, output);
    if (!checked) return checked.failure();
    status = status < 0 ? *checked : worse(status, *checked);
  }
  for (const std::string& problem : setup->rules->problems()) complain(problem);
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return status;
}

}  // namespace unsent
