// SPDX-License-Identifier: MIT
#include "app/command.h"
#include "optin/opt_in.h"
#include "scan/choice.h"
#include "scan/circumstances.h"
#include "scan/deeds.h"
#include "scan/imap_source.h"
#include "scan/interrupt.h"
#include "scan/judges.h"
#include "scan/memory.h"
#include "scan/no_mail.h"
#include "scan/report.h"
#include "scan/run.h"
#include "setup/output.h"
#include "setup/outputs.h"
#include "setup/setup.h"

namespace unsent {
namespace {

struct ScanOptions {
  ScanReportOptions report;
  DeedOptions deeds;
  UndoOptions undo;
  ThreadOptions threads;
  bool is_incremental = false;
  std::optional<Time> since;
  JudgingOptions judging;
};

OptionGroup scan_options(ScanOptions& options) {
  OptionGroup reading = thread_options(options.threads);
  reading
      .flag("incremental", options.is_incremental,
            "only what has come since the last such run, for cron")
      .time("since", options.since, "of IMAP folders, only what came that day or later");
  OptionGroup group("");
  group.add(scan_report_options(options.report))
      .add(deed_options(options.deeds))
      .add(undo_options(options.undo))
      .add(std::move(reading))
      .add(judging_options(options.judging));
  return group;
}

// What is asked for, and makes sense together.
Result<DeedWish> read_wish_of(const ScanOptions& options, const std::vector<std::string>& mailboxes,
                              const Config& config) {
  auto wish = deed_wish_of(options.deeds, mailboxes, config);
  if (!wish) return wish;
  if (!wish->choice.is_all() && options.is_incremental)
    return fail(ErrorCode::usage,
                "--incremental and --campaign, --except or --message exclude each other",
                "what is left out now would never come up again");
  wish->is_text = options.report.is_text();
  return wish;
}

// What a deed is weighed by: how much is known, and what was said in reviews.
Result<void> learn(DeedWish& wish, const Setup& setup) {
  wish.knows_relays = !setup.premises.relays.empty();
  if (Ledger* ledger = setup.ledger.get(); ledger != nullptr)
    wish.is_promise_new = [ledger] { return ledger->identity().value.needs_proof; };
  auto said = CampaignWords::read(campaign_words_path());
  if (!said) return said.failure();
  if (wish.deed) wish.choice.said = std::move(*said);
  return {};
}

Circumstances look_around(const Parsed& parsed, const JudgingOptions& judging,
                          const Arguments& arguments, const Setup& setup) {
  Circumstances circumstances = circumstances_of(parsed, judging, arguments.config_path, setup);
  circumstances.is_opted_in = !read_opt_ins().empty();
  return circumstances;
}

Outcome scan(ScanOptions& options, const Parsed& parsed, const Arguments& arguments) {
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto accounts = make_accounts(*config);
  options.judging.imap = accounts.get();
  std::vector<std::string> problems;
  auto added = add_sent_of_accounts(options.judging, *config, parsed.operands, problems);
  if (!added) return added.failure();
  auto wish = read_wish_of(options, parsed.operands, *config);
  if (!wish) return wish.failure();
  wish->accounts = accounts.get();
  auto judges = make_judges(options.judging, *config, options.threads.count());
  if (!judges) return judges.failure();
  const Setup& setup = judges->front();
  if (auto learned = learn(*wish, setup); !learned) return learned.failure();
  const auto report = make_scan_report(options.report, parsed,
                                       look_around(parsed, options.judging, arguments, setup),
                                       [&] { return make_dns(options.judging.dns, *config); });
  if (!report) return report.failure();
  Choice choice(wish->choice);
  const auto deeds = ScanDeeds::make(*wish, choice);
  if (!deeds) return deeds.failure();
  NoMail no_mail(parsed.operands);
  const auto progress = make_scan_progress(options.report, parsed.operands);
  std::vector<ScanSink*> sinks = {progress.get(), &choice, report->get(), deeds->get()};
  std::unique_ptr<ScanMemory> memory;
  if (options.is_incremental) {
    auto made = ScanMemory::make(options.judging, *config, *wish, **deeds);
    if (!made) return made.failure();
    memory = std::move(*made);
  }
  sinks.push_back(memory ? static_cast<ScanSink*>(memory.get()) : &no_mail);
  std::erase(sinks, nullptr);
  for (std::string& problem : find_problems(parsed.operands, setup))
    problems.push_back(std::move(problem));
  ScanReading reading;
  reading.accounts = accounts.get();
  reading.since = options.since;
  if (memory) reading.seen = &memory->seen();
  if (memory) reading.folders = &memory->folders();
  const auto scanned = run_scan(parsed.operands, *judges, sinks, problems, reading);
  if (!scanned) return scanned.failure();
  return end_scan(*scanned, **deeds, problems, *judges);
}

}  // namespace

Outcome cmd_scan(const Arguments& arguments) {
  ScanOptions options;
  const auto parsed =
      parse_options(arguments,
                    "unsent scan [OPTION…] MAILBOX…: judge every message of mailboxes (mbox,\n"
                    "Maildir, message file, or a folder of these; imaps://USER@HOST) and\n"
                    "report; on request act on backscatter, and take that back",
                    scan_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const InterruptGuard guard;
  if (options.undo.is_wanted()) {
    const auto config = load_config(arguments.config_path);
    if (!config) return config.failure();
    return run_undo(options.undo, options.deeds.place, parsed->operands, *make_accounts(*config),
                    options.report.is_json);
  }
  if (parsed->operands.empty())
    return fail(ErrorCode::usage, "scan: no mailbox named", "unsent scan [OPTION…] MAILBOX…");
  if (auto checked = check_output(*parsed); !checked) return checked.failure();
  return scan(options, *parsed, arguments);
}

}  // namespace unsent
