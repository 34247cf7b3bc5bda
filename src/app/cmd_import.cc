// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "app/command.h"
#include "base/file.h"
#include "feed/import_run.h"
#include "feed/promise.h"
#include "imap/url.h"
#include "mailbox/file_form.h"
#include "scan/imap_source.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/outputs.h"
#include "setup/setup.h"
#include "setup/too_wide.h"

namespace unsent {
namespace {

struct ImportOptions {
  std::optional<std::string> ledger;
  std::vector<std::string> complete;
  std::optional<Time> since;
  std::vector<IpNetwork> trust;
  std::vector<IpNetwork> relays;
  std::vector<DomainName> domains;
  bool again = false;
  bool yes_sent = false;
  bool follow = false;
  bool is_json = false;
};

LogPolicy policy_of(const ImportOptions& options, const Config& config) {
  LogPolicy policy{config.trusted_clients, config.relays, config.domains};
  if (!options.trust.empty()) policy.trusted = options.trust;
  if (!options.relays.empty()) policy.relays = options.relays;
  if (!options.domains.empty()) policy.domains = options.domains;
  return policy;
}

OptionGroup import_options(ImportOptions& options) {
  OptionGroup group;
  group.text("ledger", "FILE", options.ledger, "the ledger to write to")
      .list("complete", "SENDER", options.complete,
            "all that this domain or address sent is now in the ledger (repeatable)")
      .time("since", options.since,
            "with --complete: since then; else since the earliest message imported")
      .parsed_list("trust", "NETWORK", "an address or network", options.trust,
                   "whatever these clients hand to the server of a log, we send (repeatable)")
      .parsed_list("relay", "NETWORK", "an address or network", options.relays,
                   "our own servers: what they hand to it for others, we send (repeatable)")
      .parsed_list("domain", "D", "a domain", options.domains,
                   "a domain of ours: hosts in it count as such servers (repeatable)")
      .flag("again", options.again, "read also what was read before")
      .flag("yes-sent", options.yes_sent,
            "import mailboxes also if they look as if mail came to them")
      .flag("follow", options.follow, "read logs as they are written, until SIGTERM or SIGINT")
      .flag("json", options.is_json, "what was added, as one JSON object");
  return group;
}

// What makes sense together; a log that is followed is read on from where it was left.
Result<void> check_options(const ImportOptions& options, const std::vector<std::string>& sources) {
  if (options.follow && (options.again || options.yes_sent))
    return fail(
        ErrorCode::usage,
        fmt::format("--{} and --follow exclude each other", options.again ? "again" : "yes-sent"),
        options.again ? "unsent import --again LOG, and follow it then"
                      : "import the mailbox by itself");
  if (options.follow && sources.empty())
    return fail(ErrorCode::usage, "--follow: no log named", "unsent import --follow LOG…");
  if (sources.empty() && options.complete.empty())
    return fail(ErrorCode::usage, "import: no source named", "unsent import [OPTION…] SOURCE…");
  if (options.since && options.complete.empty())
    return fail(ErrorCode::usage, "--since needs --complete", "say for whom it is complete");
  if (auto checked = check_width("trust", options.trust); !checked) return checked;
  if (auto checked = check_width("relay", options.relays); !checked) return checked;
  if (auto checked = check_width("domain", options.domains); !checked) return checked;
  return check_promise(options.complete, options.since, current_time());
}

Result<ImportRequest> make_request(const ImportOptions& options,
                                   const std::vector<std::string>& sources, const Config& config) {
  const auto path = ledger_path(options.ledger, config);
  if (!path) return path.failure();
  ImportRequest request;
  request.sources = sources;
  request.scopes = options.complete;
  request.since = options.since;
  request.policy = policy_of(options, config);
  request.addresses = config.addresses;
  request.ledger = *path;
  request.texts = texts_of(config);
  request.again = options.again;
  request.yes_sent = options.yes_sent;
  request.is_json = options.is_json;
  return request;
}

Unexpected not_there(const std::string& source, int error) {
  const Error why = os_failure(source, error).take();
  if (why.code == ErrorCode::no_permission)
    return fail(why.code, why.message, "run it as the user who owns it");
  return fail(why.code, why.message,
              names_server(source) ? "a mailbox at a server is imaps://USER@HOST"
                                   : "name a Sent mailbox, a log or lines");
}

}  // namespace

Outcome cmd_import(const Arguments& arguments) {
  ImportOptions options;
  const auto parsed = parse_options(
      arguments,
      "unsent import [OPTION…] SOURCE…: remember what was sent: Sent mailboxes (mbox, Maildir,\n"
      "message files, imaps://USER@HOST), mail logs (Postfix, Exim, Sendmail, also .gz) and JSON "
      "lines as\n"
      "`unsent ledger export` writes them (- is standard input)",
      import_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (auto checked = check_output(*parsed); !checked) return checked.failure();
  if (auto checked = check_options(options, parsed->operands); !checked) return checked.failure();
  const auto config = options.follow ? load_config_in_service(arguments.config_path)
                                     : load_config(arguments.config_path);
  if (!config) return config.failure();
  auto request = make_request(options, parsed->operands, *config);
  if (!request) return request.failure();
  const auto accounts = make_accounts(*config);
  request->accounts = accounts.get();
  warn_of_ledger_key(request->ledger, *config);
  if (options.follow) return follow_sources(*request);
  for (const std::string& source : request->sources)
    if (source != "-" && !is_imap_url(source) && ::access(source.c_str(), R_OK) != 0)
      return not_there(source, errno);
  return run_import(*request);
}

}  // namespace unsent
