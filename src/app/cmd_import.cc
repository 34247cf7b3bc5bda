// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include "app/output.h"
#include "app/setup.h"
#include "base/file.h"
#include "ledger/sqlite_ledger.h"
#include "mail/lines.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

constexpr std::uint64_t kBatch = 10000;  // messages a transaction
constexpr std::size_t kMostComplaints = 5;

// Feeds a ledger, a batch a transaction: what a batch acknowledged is on disk.
class Import {
 public:
  Import(SqliteLedger& ledger, Time now) : ledger_(ledger), now_(now) {}

  Result<void> add(const Entry& entry, const std::string& place) {
    if (!entry.is_usable()) {
      refuse(place + ": neither a Message-ID nor From and Date: nothing to match");
      return {};
    }
    if (!batch_) {
      auto begun = ledger_.begin();
      if (!begun) return begun.failure();
      batch_.emplace(std::move(*begun));
    }
    const auto recorded = ledger_.record(entry, "import", now_);
    if (!recorded) return recorded.failure();
    ++(*recorded ? added_ : known_);
    return (added_ + known_) % kBatch == 0 ? commit() : Result<void>();
  }

  void refuse(const std::string& why) {
    if (++refused_ <= kMostComplaints) complain(why);
  }

  Result<void> commit() {
    if (!batch_) return {};
    auto committed = batch_->commit();
    batch_.reset();
    return committed;
  }

  std::string summary() const {
    std::string text = fmt::format("{} messages added, {} known already", added_, known_);
    if (refused_ > 0) text += fmt::format(", {} refused", refused_);
    return text;
  }
  bool has_refused() const { return refused_ > 0; }

 private:
  SqliteLedger& ledger_;
  Time now_;
  std::optional<Transaction> batch_;
  std::uint64_t added_ = 0;
  std::uint64_t known_ = 0;
  std::uint64_t refused_ = 0;
};

Result<void> import_lines(std::string_view text, const std::string& name, Import& import) {
  std::size_t number = 0;
  for (Lines lines(text); !lines.at_end();) {
    const Line line = lines.next();
    ++number;
    if (line.text.empty()) continue;
    const auto entry = parse_entry(line.text);
    if (!entry) {
      import.refuse(fmt::format("{}:{}: {}", name, number, entry.error().message));
    } else if (auto added = import.add(*entry, fmt::format("{}:{}", name, number)); !added) {
      return added;
    }
  }
  return {};
}

// Exchange lines begin with "{"; no message and no mbox does.
Result<bool> holds_lines(const std::string& path) {
  if (path == "-") return true;
  std::error_code ignored;
  auto file = MappedFile::open(path);
  if (!file) return false;  // a folder, or walk_mailbox says what is wrong
  const std::string_view bytes = file->bytes();
  return !bytes.empty() && bytes.front() == '{';
}

Result<void> import_source(const std::string& path, Import& import,
                           std::vector<std::string>& problems) {
  const auto lines = holds_lines(path);
  if (!lines) return lines.failure();
  if (*lines && path == "-") {
    auto text = read_all(STDIN_FILENO, "standard input");
    return text ? import_lines(*text, "standard input", import) : Result<void>(text.failure());
  }
  if (*lines) {
    const auto file = MappedFile::open(path);
    return file ? import_lines(file->bytes(), path, import) : Result<void>(file.failure());
  }
  return walk_mailbox(
      path,
      [&](const StoredMessage& stored) {
        return import.add(entry_of(Message::view(stored.bytes)),
                          fmt::format("{}:{}", stored.path, stored.offset));
      },
      problems);
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
       "with --complete: since then; else since the earliest message imported");
  const auto parsed = parse_options(
      arguments,
      "unsent import [OPTION…] SOURCE…: remember what was sent: Sent mailboxes (mbox, Maildir,\n"
      "message files) and JSON lines as `unsent ledger export` writes them (- is standard input)",
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
  const auto path = ledger_path(parsed->text("ledger"), *config);
  if (!path) return path.failure();
  for (const std::string& source : parsed->operands)
    if (source != "-" && ::access(source.c_str(), R_OK) != 0)
      return fail(ErrorCode::no_input, source + ": cannot be read", "name a Sent mailbox or lines");
  auto ledger = SqliteLedger::open_for_writing(*path);
  if (!ledger) return ledger.failure();
  Import import(**ledger, current_time());
  std::vector<std::string> problems;
  for (const std::string& source : parsed->operands)
    if (auto done = import_source(source, import, problems); !done) return done.failure();
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
