// SPDX-License-Identifier: MIT
#include "app/command.h"
#include "base/file.h"
#include "doctor/examine.h"
#include "optin/installed.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

// As the user's own configuration judges: the system's is read beside it.
void examine_opt_ins(const Arguments& arguments, Findings& found) {
  const std::string path =
      arguments.config_path ? *arguments.config_path : user_config_folder() + "/config.toml";
  const auto config = read_own_file(path);
  for (const OptIn& one : read_opt_ins()) examine_opt_in(one, config ? *config : "", found);
}

}  // namespace

Outcome cmd_doctor(const Arguments& arguments) {
  JudgingOptions judging;
  bool is_json = false;
  const auto parsed = parse_options(
      arguments,
      "unsent doctor [OPTION…]: does this set-up still tell a genuine bounce from a forged one?",
      OptionGroup("Output").flag("json", is_json, "one JSON object").add(judging_options(judging)));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, "doctor: " + parsed->operands.front() + ": takes no operand",
                "see unsent doctor --help");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  auto setup = make_setup(judging, *config);
  if (!setup) return setup.failure();
  Findings found;
  if (auto examined = examine(*setup, judging, *config, found); !examined)
    return examined.failure();
  examine_opt_ins(arguments, found);
  for (const std::string& problem : setup->problems)
    if (!found.has(problem)) found.fault(problem);
  for (const std::string& problem : setup->rules->problems()) found.fault(problem);
  const int status = found.has_fault() ? 1 : 0;
  if (!is_json) return print(found.text(), status);
  Output output;
  const auto told = output.json(to_json(found));
  return told ? output.finish(status) : told.failure();
}

}  // namespace unsent
