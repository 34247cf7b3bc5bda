// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/import.h"
#include "app/import_run.h"
#include "app/key_file.h"
#include "app/log_follower.h"
#include "app/output.h"
#include "app/outputs.h"
#include "app/promise.h"
#include "app/setup.h"
#include "ledger/sqlite_ledger.h"

namespace unsent {
namespace {

Result<LogPolicy> read_policy(const Parsed& parsed, const Config& config) {
  LogPolicy policy{config.trusted_clients, config.relays, config.domains};
  auto trusted = read_list<IpNetwork>(parsed, "trust", "an address or network");
  if (!trusted) return trusted.failure();
  auto relays = read_list<IpNetwork>(parsed, "relay", "an address or network");
  if (!relays) return relays.failure();
  auto domains = read_list<DomainName>(parsed, "domain", "a domain");
  if (!domains) return domains.failure();
  if (!trusted->empty()) policy.trusted = std::move(*trusted);
  if (!relays->empty()) policy.relays = std::move(*relays);
  if (!domains->empty()) policy.domains = std::move(*domains);
  return policy;
}

// Each file once, by the first of its names.
std::vector<std::string> without_second_names(const std::vector<std::string>& paths) {
  std::vector<std::string> kept;
  for (const std::string& path : paths) {
    const auto same = std::find_if(kept.begin(), kept.end(), [&](const std::string& other) {
      std::error_code ignored;
      return path == other || std::filesystem::equivalent(path, other, ignored);
    });
    if (same == kept.end())
      kept.push_back(path);
    else
      complain(path + ": is " + *same + ", which is followed already");
  }
  return kept;
}

// A ledger that is locked for long ends a service no more than it stops the mail: what was
// not written is read again.
Outcome follow(const FollowOptions& options, const LogPolicy& policy) {
  constexpr std::chrono::seconds kPause{5};
  auto signals = StopSignals::take();
  if (!signals) return signals.failure();
  for (std::string said;;) {
    auto ledger = SqliteLedger::open_for_writing(options.ledger, options.texts);
    std::optional<Import> import;
    if (ledger) import.emplace(**ledger, current_time());
    const auto done =
        ledger ? follow_logs(options, policy, *import, *signals) : Result<void>(ledger.failure());
    if (done) {
      Output output;
      if (auto written = output.line(import->summary()); !written) return written.failure();
      if (auto flushed = output.flush(); !flushed) return flushed.failure();
      return 0;
    }
    if (done.error().code != ErrorCode::temp_fail || signals->have_come()) return done.failure();
    if (done.error().message != said) complain(done.error().message + "; trying again");
    said = done.error().message;
    signals->wait(kPause);
  }
}

boost::program_options::options_description import_options() {
  namespace po = boost::program_options;
  po::options_description options("Options");
  options.add_options()                                                                   //
      ("ledger", po::value<std::string>()->value_name("FILE"), "the ledger to write to")  //
      ("complete", po::value<std::vector<std::string>>()->composing()->value_name("SENDER"),
       "all that this domain or address sent is now in the ledger (repeatable)")  //
      ("since", po::value<std::string>()->value_name("TIME"),
       "with --complete: since then; else since the earliest message imported")  //
      ("trust", po::value<std::vector<std::string>>()->composing()->value_name("NETWORK"),
       "whatever these clients hand to the server of a log, we send (repeatable)")  //
      ("relay", po::value<std::vector<std::string>>()->composing()->value_name("NETWORK"),
       "our own servers: what they hand to it for others, we send (repeatable)")  //
      ("domain", po::value<std::vector<std::string>>()->composing()->value_name("D"),
       "a domain of ours: hosts in it count as such servers (repeatable)")        //
      ("again", "of mailboxes, also what was read before")                        //
      ("yes-sent", "import mailboxes also if they look as if mail came to them")  //
      ("follow", "read logs as they are written, until SIGTERM or SIGINT");
  return options;
}

Result<ImportRequest> read_request(const Parsed& parsed, const Config& config) {
  ImportRequest request;
  request.sources = parsed.operands;
  request.scopes = parsed.list("complete");
  if (const auto text = parsed.text("since")) {
    const auto time = read_time("--since", *text);
    if (!time) return time.failure();
    request.since = *time;
  }
  if (request.since && request.scopes.empty())
    return fail(ErrorCode::usage, "--since needs --complete", "say for whom it is complete");
  if (auto checked = check_promise(request.scopes, request.since, current_time()); !checked)
    return checked.failure();
  auto policy = read_policy(parsed, config);
  if (!policy) return policy.failure();
  request.policy = std::move(*policy);
  request.addresses = config.addresses;
  const auto path = ledger_path(parsed.text("ledger"), config);
  if (!path) return path.failure();
  request.ledger = *path;
  request.texts = texts_of(config);
  request.again = parsed.has("again");
  request.yes_sent = parsed.has("yes-sent");
  return request;
}

}  // namespace

Outcome cmd_import(const Arguments& arguments) {
  const auto parsed = parse_options(
      arguments,
      "unsent import [OPTION…] SOURCE…: remember what was sent: Sent mailboxes (mbox, Maildir,\n"
      "message files), mail logs (Postfix, Exim, Sendmail, also .gz) and JSON lines as\n"
      "`unsent ledger export` writes them (- is standard input)",
      import_options());
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (auto checked = check_output(*parsed); !checked) return checked.failure();
  if (parsed->operands.empty() && !parsed->has("complete"))
    return fail(ErrorCode::usage, "import: no source named", "unsent import [OPTION…] SOURCE…");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto request = read_request(*parsed, *config);
  if (!request) return request.failure();
  warn_of_ledger_key(request->ledger, *config);
  if (parsed->has("follow")) {
    if (parsed->operands.empty())
      return fail(ErrorCode::usage, "--follow: no log named", "unsent import --follow LOG…");
    return follow({request->ledger, request->texts, without_second_names(request->sources),
                   request->scopes, request->since},
                  request->policy);
  }
  for (const std::string& source : request->sources)
    if (source != "-" && ::access(source.c_str(), R_OK) != 0)
      return fail(ErrorCode::no_input, source + ": cannot be read", "name a Sent mailbox or lines");
  return run_import(*request);
}

}  // namespace unsent
