// SPDX-License-Identifier: MIT
#include "app/command.h"
#include "audit/sources.h"
#include "audit/spf_report.h"
#include "setup/output.h"
#include "setup/outputs.h"
#include "setup/setup.h"

namespace unsent {
namespace {

constexpr const char* kUsage =
    "unsent spf check --ip A --sender S   may this client send for this sender?\n"
    "unsent spf audit [MAILBOX|LOG…]      which servers send for us that our record forgets?";

struct SpfOptions {
  std::optional<std::string> ip;
  std::optional<std::string> sender;
  std::optional<std::string> helo;
  bool is_json = false;
  JudgingOptions judging;
};

OptionGroup spf_options(SpfOptions& options) {
  OptionGroup group;
  group.text("ip", "A", options.ip, "check: the client's address")
      .text("sender", "S", options.sender,
            "check: MAIL FROM, or a domain; \"\" for the null sender")
      .text("helo", "H", options.helo, "check: what the client greets with")
      .flag("json", options.is_json, "one JSON object a line")
      .add(judging_options(options.judging));
  return group;
}

enum CheckStatus { kPass = 0, kFail = 1, kNoProof = 2, kTryAgain = 75 };

int status_of(SpfResult result) {
  switch (result) {
    case SpfResult::pass:
      return kPass;
    case SpfResult::fail:
    case SpfResult::softfail:
      return kFail;
    case SpfResult::temperror:
      return kTryAgain;
    case SpfResult::none:
    case SpfResult::neutral:
    case SpfResult::permerror:
      break;
  }
  return kNoProof;
}

// As MAIL FROM has it: neither a name nor brackets around it, but for the null sender's.
bool is_mail_from(const std::string& sender) {
  if (sender == "<>") return true;
  if (sender.find_first_of("<> \t") != sender.npos && sender.find('"') == sender.npos) return false;
  return sender.find('@') != sender.npos ? Address::parse(sender).has_value()
                                         : DomainName::parse(sender).has_value();
}

Outcome run_check(const SpfOptions& options, const Config& config) {
  if (!options.ip || !options.sender)
    return fail(ErrorCode::usage, "spf check: --ip and --sender are needed",
                "as in: unsent spf check --ip 192.0.2.10 --sender alice@ourshop.example");
  const auto ip = IpAddress::parse(*options.ip);
  if (!ip) return not_a_value("ip", *options.ip, "an address");
  if (!options.sender->empty() && !is_mail_from(*options.sender))
    return not_a_value("sender", *options.sender, "an address or a domain");
  const auto window = make_dns(options.judging.dns, config);
  if (!window) return window.failure();
  const std::string helo = options.helo.value_or("");
  const std::string& sender = *options.sender;
  const SpfOutcome outcome = check_host(
      {.ip = *ip, .sender = sender, .helo = helo, .now = current_time()}, *window->waiting);
  Output output;
  auto written = options.is_json ? output.json(to_json(outcome, *ip, sender))
                                 : output.text(to_text(outcome, *ip, sender));
  return written ? output.finish(status_of(outcome.result)) : written.failure();
}

Outcome run_audit(const SpfOptions& options, const std::vector<std::string>& paths,
                  const Config& config) {
  const auto setup = make_setup(options.judging, config);
  if (!setup) return setup.failure();
  SpfAudit audit;
  for (const DomainName& domain : setup->premises.identity.domains) audit.add_domain(domain);
  if (setup->witnesses.ledger != nullptr) {
    if (auto read = read_sources(paths, *setup, audit); !read) return read.failure();
  } else if (!paths.empty()) {
    complain(
        "spf audit: without a ledger no mail is known to be yours: only the record is looked at "
        "(--sent MAILBOX, or unsent import)");
  }
  const auto domains = audit.finish(*setup->witnesses.resolver);
  if (domains.empty())
    return fail(ErrorCode::no_input, "spf audit: no domain of yours is known",
                "name it with --domain, or mailboxes or logs that hold mail of yours");
  Output output;
  bool needs_mending = false;
  for (const DomainAudit& domain : domains) {
    needs_mending = needs_mending || domain.needs_mending();
    auto written = options.is_json ? output.json(to_json(domain)) : output.text(to_text(domain));
    if (!written) return written.failure();
  }
  return output.finish(needs_mending ? 1 : 0);
}

}  // namespace

Outcome cmd_spf(const Arguments& arguments) {
  SpfOptions options;
  const auto parsed = parse_options(arguments, kUsage, spf_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (auto checked = check_output(*parsed, 1); !checked) return checked.failure();
  const std::string what = parsed->operands.empty() ? "" : parsed->operands.front();
  if (what != "audit" && !(what == "check" && parsed->operands.size() == 1))
    return fail(ErrorCode::usage, "spf: say check, or audit and mailboxes",
                "see unsent spf --help");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  if (what == "check") return run_check(options, *config);
  return run_audit(options, {parsed->operands.begin() + 1, parsed->operands.end()}, *config);
}

}  // namespace unsent
