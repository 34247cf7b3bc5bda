// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/stat.h>

#include "app/output.h"
#include "app/probe.h"
#include "app/setup.h"
#include "ledger/sqlite_ledger.h"
#include "spf/survey.h"

namespace unsent {
namespace {

constexpr seconds kQuietFor{14 * 86400};  // a ledger that grew no more is not being fed

// What was found, in the order of finding; one line each.
class Findings {
 public:
  void good(const std::string& text) { lines_ += "  ok     " + text + "\n"; }
  // Not wrong, but less than could be.
  void remark(const std::string& text) { lines_ += "  note   " + text + "\n"; }
  void fault(const std::string& text) {
    lines_ += "  FAULT  " + text + "\n";
    has_fault_ = true;
  }
  const std::string& text() const { return lines_; }
  bool has_fault() const { return has_fault_; }

 private:
  std::string lines_;
  bool has_fault_ = false;
};

// Whoever reads the ledger knows who writes to whom; whoever writes it decides what is ours.
void examine_permissions(const std::string& path, Findings& found) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return;
  if ((info.st_mode & 0077U) != 0)
    found.fault(fmt::format("{}: others may read or write it (mode {:04o}); chmod 600", path,
                            info.st_mode & 07777U));
  else
    found.good(path + ": only its owner may read and write it");
}

void examine_stats(SqliteLedger& ledger, Time now, Findings& found) {
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
  if (stats->coverage.empty())
    found.remark(
        "the ledger is complete for nobody: what is not in it stays unverified "
        "(`unsent import --complete`)");
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
      default:
        found.remark(fmt::format("SPF of {} tells nothing: {}", domain.text(), survey.reason));
    }
    for (const SpfFinding& finding : survey.findings)
      found.remark(fmt::format("SPF of {}: {} {}", finding.domain, finding.term, finding.detail));
  }
}

// Somebody of ours: a configured address or domain, else who sent most.
std::optional<Address> sender_of(const Identity& identity) {
  if (!identity.addresses.empty()) return identity.addresses.front();
  if (!identity.domains.empty())
    return Address::parse("unsent-doctor@" + identity.domains.front().text());
  return std::nullopt;
}

void judge_probe(const Probe& probe, const Setup& setup, const Address& sender, Findings& found) {
  const Judgement judgement =
      judge(Message::view(probe.bytes), setup.premises, setup.witnesses, sender);
  const Decision& decision = judgement.decision;
  const std::string told = fmt::format("a {} bounce as {} writes it is called {}: {}",
                                       probe.is_genuine ? "genuine" : "forged", probe.system,
                                       name_of(decision.verdict), decision.reason);
  const Verdict right = probe.is_genuine ? Verdict::genuine : Verdict::backscatter;
  if (decision.verdict == right)
    found.good(told);
  else if (decision.verdict == Verdict::unverified && !probe.is_genuine)
    found.remark(told);
  else
    found.fault(told);
}

void run_probes(Setup& setup, SqliteLedger* ledger, Findings& found) {
  const Time now = setup.witnesses.now;
  const auto sender = sender_of(setup.premises.identity);
  if (!sender)
    return found.fault("who you are is not known: name [identity] domains, or fill the ledger");
  std::optional<Transaction> transaction;
  if (ledger != nullptr) {
    auto begun = ledger->begin();
    if (!begun) return found.fault("the ledger cannot be written: " + begun.error().message);
    transaction.emplace(std::move(*begun));
    // Never committed: the ledger keeps nothing of this.
    if (auto recorded = ledger->record(probe_entry(*sender, now), "doctor", now); !recorded)
      return found.fault("the ledger cannot be written: " + recorded.error().message);
  }
  for (const Probe& probe : make_probes(*sender, now))
    if (ledger != nullptr || !probe.is_genuine) judge_probe(probe, setup, *sender, found);
}

Outcome print(const Findings& found) {
  Output output;
  if (auto written = output.text(found.text()); !written) return written.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return found.has_fault() ? 1 : 0;
}

}  // namespace

Outcome cmd_doctor(const Arguments& arguments) {
  const auto options = judging_options();
  const auto parsed = parse_options(
      arguments,
      "unsent doctor [OPTION…]: does this set-up still tell a genuine bounce from a forged one?",
      options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, "doctor: " + parsed->operands.front() + ": takes no operand",
                "see unsent doctor --help");
  auto judging = read_judging_options(*parsed);
  if (!judging) return judging.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  auto setup = make_setup(*judging, *config);
  if (!setup) return setup.failure();
  Findings found;
  examine_clock(setup->witnesses.now, found);
  std::unique_ptr<SqliteLedger> ledger;
  if (setup->ledger && judging->sent.empty()) {
    const auto path = ledger_path(judging->ledger, *config);
    if (!path) return path.failure();
    examine_permissions(*path, found);
    auto opened = SqliteLedger::open_for_writing(*path, texts_of(*config));
    if (!opened) return opened.failure();
    ledger = std::move(*opened);
    examine_stats(*ledger, setup->witnesses.now, found);
    setup->witnesses.ledger = ledger.get();
  } else {
    found.remark("no ledger: what you sent is known by SPF only");
  }
  examine_spf(setup->premises.identity, *setup->witnesses.resolver, found);
  run_probes(*setup, ledger.get(), found);
  return print(found);
}

}  // namespace unsent
