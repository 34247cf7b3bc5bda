// SPDX-License-Identifier: MIT
#include "app/command.h"
#include "setup/options.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "status/collected.h"
#include "status/told.h"

namespace unsent {
namespace {

struct StatusOptions {
  bool is_json = false;
  bool is_metrics = false;
  std::optional<std::string> ledger;
  std::optional<std::string> file;
};

OptionGroup status_options(StatusOptions& options) {
  OptionGroup group;
  group.flag("json", options.is_json, "one JSON object")
      .flag("metrics", options.is_metrics, "figures, as Prometheus reads them")
      .text("to", "FILE", options.file, "with --metrics: into this file, whole or not at all")
      .text("ledger", "FILE", options.ledger, "the ledger, else the configuration's, or your own")
      .check([&options]() -> Result<void> {
        if (options.is_json && options.is_metrics)
          return fail(ErrorCode::usage, "status: --json and --metrics exclude each other");
        if (options.file && !options.is_metrics)
          return fail(ErrorCode::usage, "status: --to goes with --metrics");
        return {};
      });
  return group;
}

}  // namespace

Outcome cmd_status(const Arguments& arguments) {
  StatusOptions options;
  const auto parsed = parse_options(
      arguments, "unsent status [OPTION…]: the policy, what it has done, and where things are",
      status_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, "status: " + parsed->operands.front() + ": takes no operand",
                "see unsent status --help");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  const Status status = read_status(options.ledger, *config);
  if (options.file) {
    const auto written = write_metrics(*options.file, to_metrics(status, current_time()));
    return written ? Outcome(0) : Outcome(written.failure());
  }
  Output output;
  auto written = options.is_metrics ? output.text(to_metrics(status, current_time()))
                 : options.is_json  ? output.json(to_json(status, config->policy))
                                    : output.text(to_text(status, config->policy));
  return written ? output.finish() : written.failure();
}

}  // namespace unsent
