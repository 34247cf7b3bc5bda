// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include "app/command.h"
#include "audit/spf_report.h"
#include "evidence/sent.h"
#include "feed/line_source.h"
#include "feed/log_feed.h"
#include "mailbox/mailbox.h"
#include "setup/output.h"
#include "setup/outputs.h"
#include "setup/setup.h"
#include "spf/no_dns.h"

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

Outcome run_check(const SpfOptions& options, const Config& config) {
  if (!options.ip || !options.sender)
    return fail(ErrorCode::usage, "spf check: --ip and --sender are needed",
                "as in: unsent spf check --ip 192.0.2.10 --sender alice@ourshop.example");
  const auto ip = IpAddress::parse(*options.ip);
  if (!ip) return not_a_value("ip", *options.ip, "an address");
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

// The servers that the messages of mailboxes show, as far as the ledger proves the
// messages ours: whoever SPF lets through proves nothing about SPF.
class Auditor {
 public:
  Auditor(const Setup& setup, SpfAudit& audit) : setup_(setup), audit_(audit) {
    witnesses_.ledger = setup.witnesses.ledger;
    witnesses_.resolver = &no_dns_;
    witnesses_.now = setup.witnesses.now;
  }

  // What a server of ours logged about taking a message.
  void read(const LoggedArrival& arrival) {
    const auto client = IpAddress::parse(arrival.client);
    const auto sender = Address::parse(arrival.sender);
    if (!client || !sender) return;
    for (const std::string& id : arrival.message_ids)
      for (const SentMessage& sent : setup_.witnesses.ledger->find(ByMessageId{id}).value)
        if (auto server = server_of_arrival(*client, *sender, arrival.recipients, sent,
                                            setup_.premises.identity))
          return audit_.add(*server, {AuditSource::log, name_of(sent), ""});
  }

  void read(const Message& message) {
    const Judgement judgement = judge(message, setup_.premises, witnesses_, setup_.recipient);
    const Identity& identity = setup_.premises.identity;
    if (judgement.decision.verdict == Verdict::genuine) {
      const auto recipient =
          setup_.recipient ? setup_.recipient : stated_recipient(message.headers());
      const SentFinding finding = find_sent(judgement.bounce, *setup_.witnesses.ledger);
      if (!finding.sent) return;
      const auto server = server_of_original(judgement.bounce, *finding.sent, recipient, identity);
      if (server) add_reported(*server, message, judgement.bounce, *finding.sent);
    } else if (judgement.decision.verdict == Verdict::ordinary && is_in_ledger(message)) {
      if (const auto server = server_of_copy(message, identity))
        audit_.add(*server, {AuditSource::copy, "", ""});
    }
  }

 private:
  static std::string name_of(const SentMessage& sent) {
    if (sent.row != 0) return std::to_string(sent.row);
    return sent.message_ids.empty() ? sent.subject : sent.message_ids.front();
  }

  void add_reported(const SendingServer& server, const Message& message, const Bounce& bounce,
                    const SentMessage& sent) {
    Resolver& resolver = *setup_.witnesses.resolver;
    resolver.begin_message();
    audit_.add(server,
               {AuditSource::bounce, name_of(sent), teller_of(message, bounce, sent, resolver),
                served_domain(server, bounce, resolver)});
  }

  // The message itself, not another one under its id.
  bool is_in_ledger(const Message& message) {
    const Headers& headers = message.headers();
    const auto ids = parse_message_ids(headers.text("Message-ID"), 1);
    const auto print =
        make_fingerprint(headers.text("From"), headers.text("Date"), headers.text("Subject"));
    if (ids.empty() || !print) return false;
    for (const SentMessage& sent : setup_.witnesses.ledger->find(ByMessageId{ids.front()}).value)
      if (sent.has_fingerprint(*print)) return true;
    return false;
  }

  const Setup& setup_;
  SpfAudit& audit_;
  NoDns no_dns_;
  Witnesses witnesses_;
};

Result<bool> is_mail_log(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  auto source = LineSource::open(path, kMaxLogLine);
  if (!source) return source.failure();
  const auto beginning = source->peek(4096);
  if (!beginning) return beginning.failure();
  return is_log(*beginning);
}

Result<void> read_log(const std::string& path, const Setup& setup, Auditor& auditor) {
  auto source = LineSource::open(path, kMaxLogLine);
  if (!source) return source.failure();
  LogFeed feed({{}, {}, setup.premises.identity.domains}, setup.witnesses.now);
  feed.messages().tell_arrivals([&](const LoggedArrival& arrival) { auditor.read(arrival); });
  SourceLine line;
  for (;;) {
    const auto more = source->next(line);
    if (!more) return more.failure();
    if (!*more) break;
    feed.read(line.text);
    feed.take();
  }
  feed.close_all();
  return {};
}

Result<void> read_sources(const std::vector<std::string>& paths, const Setup& setup,
                          SpfAudit& audit) {
  Auditor auditor(setup, audit);
  for (const std::string& path : paths) {
    const auto is_log = is_mail_log(path);
    if (!is_log) return is_log.failure();
    if (*is_log) {
      if (auto read = read_log(path, setup, auditor); !read) return read.failure();
      continue;
    }
    std::vector<std::string> problems;
    const auto walked = walk_mailbox(
        path,
        [&](const StoredMessage& stored) -> Result<void> {
          auditor.read(Message::view(stored.bytes));
          return {};
        },
        problems);
    if (!walked) return walked.failure();
    for (const std::string& problem : problems) complain(problem);
  }
  return {};
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
