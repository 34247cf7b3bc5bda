// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <thread>

#include "app/interrupt.h"
#include "app/output.h"
#include "app/outputs.h"
#include "app/scan_actions.h"
#include "app/scan_memory.h"
#include "app/scan_report.h"
#include "app/scan_run.h"
#include "app/setup.h"

namespace unsent {
namespace {

constexpr int kInterrupted = 130;  // as a shell has it for Ctrl-C
constexpr std::size_t kMaxThreads = 64;

boost::program_options::options_description speed_options() {
  boost::program_options::options_description options("Reading");
  options.add_options()("incremental", "only what has come since the last such run, for cron")(
      "threads", boost::program_options::value<std::size_t>()->value_name("N"),
      "on how many threads messages are judged (as many as there are CPUs)");
  return options;
}

Result<std::size_t> read_threads(const Parsed& parsed) {
  if (!parsed.has("threads")) {
    const std::size_t cpus = std::thread::hardware_concurrency();
    return std::clamp<std::size_t>(cpus, 1, 8);
  }
  const auto threads = parsed.values["threads"].as<std::size_t>();
  if (threads >= 1 && threads <= kMaxThreads) return threads;
  return fail(ErrorCode::usage, "--threads: not a number from 1 to 64");
}

// Each thread has read for itself the rules that its messages needed.
void complain_of_rules(const std::vector<Setup>& judges) {
  std::set<std::string> told;
  for (const Setup& judge : judges)
    for (const std::string& problem : judge.rules->problems())
      if (told.insert(problem).second) complain(problem);
}

}  // namespace

Outcome cmd_scan(const Arguments& arguments) {
  boost::program_options::options_description options;
  options.add(scan_report_options());
  options.add(action_options());
  options.add(undo_options());
  options.add(speed_options());
  options.add(judging_options());
  const auto parsed =
      parse_options(arguments,
                    "unsent scan [OPTION…] MAILBOX…: judge every message of mailboxes (mbox,\n"
                    "Maildir, message file, or a folder of these) and report; on\n"
                    "request act on backscatter, and take that back",
                    options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const InterruptGuard guard;
  if (is_undo(*parsed)) return run_undo(*parsed);
  if (parsed->operands.empty())
    return fail(ErrorCode::usage, "scan: no mailbox named", "unsent scan [OPTION…] MAILBOX…");
  if (auto checked = check_output(*parsed); !checked) return checked.failure();
  const auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto wish = read_action_options(*parsed, *config);
  if (!wish) return wish.failure();
  const auto threads = read_threads(*parsed);
  if (!threads) return threads.failure();
  auto judges = make_setups(*judging, *config, *threads);
  if (!judges) return judges.failure();
  const auto report = make_scan_report(*parsed);
  if (!report) return report.failure();
  const auto actions = ScanActions::make(*wish);
  if (!actions) return actions.failure();
  std::vector<std::string> problems = judges->front().problems;
  std::vector<ScanSink*> sinks = {report->get(), actions->get()};
  std::unique_ptr<ScanMemory> memory;
  if (parsed->has("incremental")) {
    auto made = ScanMemory::make(*judging, *config, *wish, **actions);
    if (!made) return made.failure();
    memory = std::move(*made);
    sinks.push_back(memory.get());
  }
  SeenMail* seen = memory ? &memory->seen() : nullptr;
  const auto scanned = run_scan(parsed->operands, *judges, sinks, problems, seen);
  if (!scanned) return scanned.failure();
  for (const std::string& problem : problems) complain(problem);
  complain_of_rules(*judges);
  if (is_interrupted()) return kInterrupted;
  if (*scanned != 0) return *scanned;
  if ((*actions)->status() != 0) return (*actions)->status();
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::no_input);
}

}  // namespace unsent
