// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "app/import.h"
#include "app/log_follower.h"
#include "app/mailbox_places.h"
#include "app/output.h"
#include "app/pending.h"
#include "app/setup.h"
#include "feed/log_feed.h"
#include "ledger/sqlite_ledger.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

// How sources are read.
struct SourceReading {
  LogPolicy policy;
  bool again = false;  // mailboxes: also what was read before
};

// Exchange lines begin with "{", a log with a time or as what carries it writes it; no message
// and no mbox does.
enum class Form { lines, log, mailbox };

Result<Form> form_of(LineSource& source) {
  const auto beginning = source.peek(kMaxLogLine);
  if (!beginning) return beginning.failure();
  if (is_log(*beginning)) return Form::log;
  if (!beginning->empty() && beginning->front() == '{') return Form::lines;
  return source.path() == "standard input" ? Form::lines : Form::mailbox;
}

Result<void> import_mailbox(const std::string& path, const SourceReading& reading, Import& import,
                            std::vector<std::string>& problems) {
  MailboxPlaces places(path, import);
  WalkOptions options;
  if (!reading.again)
    options.read_before = [&](const std::string& file, const struct stat& status, int fd) {
      return places.read_before(file, status, fd);
    };
  const std::size_t before = problems.size();
  const auto visit = [&](const StoredMessage& stored) -> Result<void> {
    places.has_read(stored);
    const Message message = Message::view(stored.bytes);
    if (is_draft(stored, message)) return {};
    Entry entry = entry_of(message);
    import.mend_time(entry, stored.modified);
    auto added = import.add(entry, "import",
                            [&] { return fmt::format("{}:{}", stored.path, stored.offset); });
    return added ? import.end_of_piece() : added;
  };
  auto walked = walk_mailbox(path, visit, problems, options);
  import.pass_over(places.passed_over());
  return walked && problems.size() == before ? places.save() : walked;
}

Result<void> import_source(const std::string& path, const SourceReading& reading, Import& import,
                           std::vector<std::string>& problems) {
  std::error_code ignored;
  if (path != "-" && !std::filesystem::is_regular_file(path, ignored))
    return import_mailbox(path, reading, import, problems);
  auto source = LineSource::open(path, kMaxEntryLine);
  if (!source) return source.failure();
  const auto form = form_of(*source);
  if (!form) return form.failure();
  switch (*form) {
    case Form::lines:
      return import_lines(*source, import);
    case Form::log:
      return import_log(std::move(*source), path, reading.policy, import);
    case Form::mailbox:
      return import_mailbox(path, reading, import, problems);
  }
  return {};
}

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

}  // namespace

Outcome cmd_import(const Arguments& arguments) {
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
       "a domain of ours: hosts in it count as such servers (repeatable)")  //
      ("again", "of mailboxes, also what was read before")                  //
      ("follow", "read logs as they are written, until SIGTERM or SIGINT");
  const auto parsed = parse_options(
      arguments,
      "unsent import [OPTION…] SOURCE…: remember what was sent: Sent mailboxes (mbox, Maildir,\n"
      "message files), mail logs (Postfix, Exim, Sendmail, also .gz) and JSON lines as\n"
      "`unsent ledger export` writes them (- is standard input)",
      options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto scopes = parsed->list("complete");
  if (parsed->operands.empty() && scopes.empty())
    return fail(ErrorCode::usage, "import: no source named", "unsent import [OPTION…] SOURCE…");
  std::optional<Time> since;
  if (const auto text = parsed->text("since")) {
    const auto time = read_time("--since", *text);
    if (!time) return time.failure();
    since = *time;
  }
  if (since && scopes.empty())
    return fail(ErrorCode::usage, "--since needs --complete", "say for whom it is complete");
  for (const std::string& scope : scopes)
    if (!Address::parse(scope) && !DomainName::parse(scope))
      return fail(ErrorCode::usage, "--complete: " + scope + " is neither a domain nor an address");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  auto policy = read_policy(*parsed, *config);
  if (!policy) return policy.failure();
  const auto path = ledger_path(parsed->text("ledger"), *config);
  if (!path) return path.failure();
  if (parsed->has("follow")) {
    if (parsed->operands.empty())
      return fail(ErrorCode::usage, "--follow: no log named", "unsent import --follow LOG…");
    return follow({*path, texts_of(*config), without_second_names(parsed->operands), scopes, since},
                  *policy);
  }
  for (const std::string& source : parsed->operands)
    if (source != "-" && ::access(source.c_str(), R_OK) != 0)
      return fail(ErrorCode::no_input, source + ": cannot be read", "name a Sent mailbox or lines");
  auto ledger = SqliteLedger::open_for_writing(*path, texts_of(*config));
  if (!ledger) return ledger.failure();
  if (auto taken = take_pending(*path, **ledger, current_time()); !taken) return taken.failure();
  Import import(**ledger, current_time());
  const SourceReading reading{std::move(*policy), parsed->has("again")};
  std::vector<std::string> problems;
  for (const std::string& source : parsed->operands)
    if (auto done = import_source(source, reading, import, problems); !done) return done.failure();
  if (auto committed = import.commit(); !committed) return committed.failure();
  for (const std::string& problem : problems) complain(problem);
  Output output;
  if (auto written = output.line(import.summary()); !written) return written.failure();
  if (!problems.empty() || import.has_refused()) {
    // What is not complete must not be called so.
    if (!scopes.empty()) complain("not declared complete, since not everything could be read");
    if (auto flushed = output.flush(); !flushed) return flushed.failure();
    return static_cast<int>(ErrorCode::data);
  }
  for (const std::string& scope : scopes) {
    const auto declared = (*ledger)->declare_complete(scope, since);
    if (!declared) return declared.failure();
    auto written =
        output.line(fmt::format("complete for {} since {}", scope, format_rfc3339(*declared)));
    if (!written) return written.failure();
  }
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

}  // namespace unsent
