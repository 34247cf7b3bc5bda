// SPDX-License-Identifier: MIT
#include "app/interrupt.h"
#include "app/output.h"
#include "app/scan_actions.h"
#include "app/scan_report.h"
#include "app/scan_run.h"
#include "app/setup.h"

namespace unsent {
namespace {

constexpr int kInterrupted = 130;  // as a shell has it for Ctrl-C

}  // namespace

Outcome cmd_scan(const Arguments& arguments) {
  boost::program_options::options_description options;
  options.add(scan_report_options());
  options.add(action_options());
  options.add(undo_options());
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
  const auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto wish = read_action_options(*parsed, *config);
  if (!wish) return wish.failure();
  const auto setup = make_setup(*judging, *config);
  if (!setup) return setup.failure();
  const auto report = make_scan_report(*parsed);
  if (!report) return report.failure();
  const auto actions = ScanActions::make(*wish);
  if (!actions) return actions.failure();
  std::vector<std::string> problems = setup->problems;
  const auto scanned =
      run_scan(parsed->operands, *setup, {report->get(), actions->get()}, problems);
  if (!scanned) return scanned.failure();
  for (const std::string& problem : problems) complain(problem);
  for (const std::string& problem : setup->rules->problems()) complain(problem);
  if (is_interrupted()) return kInterrupted;
  if ((*actions)->status() != 0) return (*actions)->status();
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::no_input);
}

}  // namespace unsent
