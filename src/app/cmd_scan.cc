// SPDX-License-Identifier: MIT
#include "app/output.h"
#include "app/scan_report.h"
#include "app/scan_run.h"
#include "app/setup.h"

namespace unsent {

Outcome cmd_scan(const Arguments& arguments) {
  boost::program_options::options_description options;
  options.add(scan_report_options());
  options.add(judging_options());
  const auto parsed =
      parse_options(arguments,
                    "unsent scan [OPTION…] MAILBOX…: judge every message of mailboxes (mbox,\n"
                    "Maildir, message file, or a folder of these); nothing is changed",
                    options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (parsed->operands.empty())
    return fail(ErrorCode::usage, "scan: no mailbox named", "unsent scan [OPTION…] MAILBOX…");
  const auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto setup = make_setup(*judging, *config);
  if (!setup) return setup.failure();
  const auto report = make_scan_report(*parsed);
  if (!report) return report.failure();
  std::vector<std::string> problems = setup->problems;
  const auto scanned = run_scan(parsed->operands, *setup, {report->get()}, problems);
  if (!scanned) return scanned.failure();
  for (const std::string& problem : problems) complain(problem);
  for (const std::string& problem : setup->rules->problems()) complain(problem);
  return problems.empty() ? 0 : static_cast<int>(ErrorCode::no_input);
}

}  // namespace unsent
