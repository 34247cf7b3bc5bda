// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/command.h"
#include "base/file.h"
#include "base/json_line.h"
#include "deliver/handled.h"
#include "doctor/findings.h"
#include "doctor/probes.h"
#include "ledger/ledger_key.h"
#include "ledger/ledger_writer.h"
#include "optin/installed.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "spf/survey.h"

namespace unsent {
namespace {

constexpr seconds kQuietFor{14 * 86400};  // a ledger that grew no more is not being fed

void examine_permissions(const std::string& path, const Config& config, Findings& found) {
  if (!path_exists(path)) return;
  if (const auto fault = sharing_fault(path, config))
    found.fault(*fault);
  else
    found.good(path + (config.is_ledger_for_many ? ": shared, as [ledger] says"
                                                 : ": only its owner may read and write it"));
}

void examine_stats(LedgerReader& ledger, Time now, Findings& found) {
  const auto stats = ledger.stats();
  if (!stats) return found.fault(stats.error().message);
  if (stats->messages == 0 || !stats->latest)
    return found.fault("the ledger is empty: feed it with `unsent import` and `unsent record`");
  const std::string latest = format_rfc3339(*stats->latest);
  if (*stats->latest < now - kQuietFor)
    found.fault(fmt::format("the newest of {} messages is of {}: is the ledger still fed?",
                            stats->messages, latest));
  else
    found.good(fmt::format("{} messages, the newest of {}", stats->messages, latest));
  for (const CoverageRange& range : stats->coverage) found.good(describe(range));
  if (!stats->coverage.empty() && stats->measured.refutes_promises())
    found.fault(fmt::format(
        "the ledger is said to be complete, and {} of {} bounces that are proved yours are about "
        "mail that it lacks: what is not in it does not count (`unsent import` what is missing, "
        "then `unsent ledger forget-measured`)",
        stats->measured.bounces - stats->measured.recorded, stats->measured.bounces));
  if (stats->coverage.empty())
    found.remark(
        "the ledger is complete for nobody: what is not in it stays unverified "
        "(`unsent import --complete`)");
}

// What came through a service that SPF does not name, as the pipe noted it.
void examine_services(Findings& found) {
  for (const auto& [service, count] : sum_handled(data_folder()).services)
    found.remark(question_about(service, count));
}

// As the user's own configuration judges: the system's is read beside it.
void examine_opt_ins(const Arguments& arguments, Findings& found) {
  const std::string path =
      arguments.config_path ? *arguments.config_path : user_config_folder() + "/config.toml";
  const auto config = read_own_file(path);
  for (const OptIn& one : read_opt_ins()) examine_opt_in(one, config ? *config : "", found);
}

// Too early a clock makes every promise of the ledger void, too late a one expires tags.
void examine_clock(Time now, Findings& found) {
  constexpr Time kBuilt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);
  if (now < kBuilt)
    found.fault("the clock says " + format_rfc3339(now) + ", before this program was written");
  else
    found.good("the clock says " + format_rfc3339(now));
}

void examine_spf(const Identity& identity, Resolver& resolver, Findings& found) {
  for (const DomainName& domain : identity.domains) {
    resolver.begin_message();
    const SpfSurvey survey = survey_domain(domain.text(), resolver);
    switch (survey.result) {
      case SpfResult::pass:
        found.good(fmt::format("SPF of {}: {} of 10 lookups", domain.text(), survey.lookups));
        break;
      case SpfResult::permerror:
        found.fault("SPF: " + survey.reason);
        break;
      case SpfResult::temperror:
        found.fault(
            fmt::format("the DNS does not answer for {}: {}", domain.text(), survey.reason));
        break;
      default:
        found.remark(fmt::format("SPF of {} tells nothing: {}", domain.text(), survey.reason));
    }
    for (const SpfFinding& finding : survey.findings)
      found.remark(fmt::format("SPF of {}: {} {}", finding.domain, finding.term, finding.detail));
  }
}

// Whoever knows a tag key can make any bounce genuine.
void examine_keys(const Config& config, const Setup& setup, Findings& found) {
  if (setup.tag_keys) {
    // These are nobody's to share: a marking server reads them as their owner.
    examine_permissions(config.tag_keys.value_or(default_tag_keys_path()), Config(), found);
  } else {
    found.remark("no tag keys: what you send bears no mark of its own (`unsent tag key`)");
  }
  if (config.retired_keys && ::access(config.retired_keys->c_str(), R_OK | X_OK) != 0)
    found.fault(*config.retired_keys + ": the retired DKIM keys cannot be read");
}

// Null where there is none, or a service is asked for one: that cannot be probed.
Result<std::unique_ptr<LedgerWriter>> examine_ledger(Setup& setup, const JudgingOptions& judging,
                                                     const Config& config, Findings& found) {
  if (setup.service != nullptr) {
    found.good("the ledger's service answers; who owns the ledger may examine that");
    setup.witnesses.ledger = nullptr;
    return std::unique_ptr<LedgerWriter>();
  }
  if (!setup.ledger || !judging.sent.empty()) {
    found.remark("no ledger: what you sent is known by SPF only");
    return std::unique_ptr<LedgerWriter>();
  }
  const auto path = ledger_path(judging.ledger, config);
  if (!path) return path.failure();
  examine_permissions(*path, config, found);
  examine_permissions(LedgerKey::path_for(*path), config, found);
  auto opened = LedgerWriter::open(*path, texts_of(config));
  if (!opened) return opened;
  examine_stats(**opened, setup.witnesses.now, found);
  setup.witnesses.ledger = opened->get();
  return opened;
}

std::string to_json(const Findings& found) {
  nlohmann::ordered_json object = begin_json();
  object["good"] = !found.has_fault();
  object["findings"] = nlohmann::ordered_json::array();
  for (const auto& [level, text] : found.all())
    object["findings"].push_back({{"level", level}, {"text", text}});
  return json_line(object);
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
  examine_clock(setup->witnesses.now, found);
  const auto ledger = examine_ledger(*setup, judging, *config, found);
  if (!ledger) return ledger.failure();
  if (judging.dns.is_off)
    found.remark("the DNS is off: nobody is asked who may send for you");
  else
    examine_spf(setup->premises.identity, *setup->witnesses.resolver, found);
  examine_keys(*config, *setup, found);
  run_probes(*setup, ledger->get(), found);
  examine_services(found);
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
