// SPDX-License-Identifier: MIT
#include "doctor/examine.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/file.h"
#include "deliver/handled.h"
#include "doctor/probes.h"
#include "ledger/ledger_key.h"
#include "ledger/ledger_writer.h"
#include "setup/key_file.h"
#include "spf/survey.h"

namespace unsent {
namespace {

constexpr seconds kQuietFor{14 * 86400};  // a ledger that grew no more is not being fed

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

// What came through a service that SPF does not name, as the pipe noted it.
void examine_services(Findings& found) {
  for (const auto& [service, count] : sum_handled(data_folder()).services)
    found.remark(question_about(service, count));
}

}  // namespace

Result<void> examine(Setup& setup, const JudgingOptions& judging, const Config& config,
                     Findings& found) {
  examine_clock(setup.witnesses.now, found);
  const auto ledger = examine_ledger(setup, judging, config, found);
  if (!ledger) return ledger.failure();
  if (judging.dns.is_off)
    found.remark("the DNS is off: nobody is asked who may send for you");
  else
    examine_spf(setup.premises.identity, *setup.witnesses.resolver, found);
  examine_keys(config, setup, found);
  run_probes(setup, ledger->get(), found);
  examine_services(found);
  setup.witnesses.ledger = nullptr;  // closed from here on
  return {};
}

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

}  // namespace unsent
