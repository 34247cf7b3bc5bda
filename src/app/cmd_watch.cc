// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "app/command.h"
#include "feed/imap_import.h"
#include "imap/move.h"
#include "ledger/ledger_writer.h"
#include "scan/choice.h"
#include "scan/deeds.h"
#include "scan/imap_source.h"
#include "scan/interrupt.h"
#include "scan/judges.h"
#include "scan/memory.h"
#include "scan/report.h"
#include "scan/run.h"
#include "scan/watch.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

struct WatchCommand {
  std::optional<std::string> ledger;
  std::optional<std::chrono::milliseconds> interval;
  bool is_once = false;
  bool is_json = false;
  DeedOptions deeds;
  JudgingOptions judging;
};

OptionGroup watch_options(WatchCommand& options) {
  OptionGroup group("Watch");
  group
      .flag("quarantine", options.deeds.quarantines,
            "move backscatter into the quarantine, whatever the policy says")
      .flag("tag", options.deeds.tags, "give it a keyword, whatever the policy says")
      .flag("yes", options.deeds.is_sure,
            "the numbers of a scan have been looked at: see the manual")
      .seconds("interval", 1, 86400, options.interval,
               "look at least so often, whatever the server tells (300)")
      .flag("once", options.is_once, "look once, and end: for cron")
      .flag("json", options.is_json, "one JSON object a message that came");
  group.add(judging_options(options.judging));
  return group;
}

// By the policy on bounces that are backscatter: what is dropped elsewhere is put away here.
std::optional<Deed> deed_of(const Config& config) {
  switch (config.policy.handling(Verdict::backscatter, Kind::bounce)) {
    case Handling::deliver:
      return std::nullopt;
    case Handling::tag:
      return Deed::tag;
    case Handling::quarantine:
    case Handling::drop:
      return Deed::quarantine;
  }
  return std::nullopt;
}

class Watch {
 public:
  Watch(const WatchCommand& options, const Config& config, ImapAccounts& accounts, ImapUrl url,
        std::string ledger)
      : options_(options),
        config_(config),
        accounts_(accounts),
        url_(std::move(url)),
        ledger_(std::move(ledger)) {}

  // What was sent comes first: a bounce may already be on its way.
  Result<void> round() {
    if (auto recorded = record_sent(); !recorded) return recorded;
    return judge_inbox();
  }

 private:
  Result<void> record_sent() {
    const auto sent = accounts_.find(url_, FolderRole::sent);
    if (!sent) return sent.failure();
    auto ledger = LedgerWriter::open(ledger_, texts_of(config_));
    if (!ledger) return ledger.failure();
    Import import(**ledger, current_time());
    std::vector<std::string> problems;
    if (auto done = import_folder(accounts_, *sent, false, import, problems); !done) return done;
    for (const std::string& problem : problems) complain(problem);
    return import.commit();
  }

  Result<void> judge_inbox() {
    const auto inbox = accounts_.find(url_);
    if (!inbox) return inbox.failure();
    const std::vector<std::string> mailboxes = {text_of(inbox->url)};
    auto wish = deed_wish_of(options_.deeds, mailboxes, config_, deed_of(config_));
    if (!wish) return wish.failure();
    wish->accounts = &accounts_;
    wish->is_text = false;
    wish->is_quiet = true;
    auto judges = make_judges(options_.judging, config_, 1);
    if (!judges) return judges.failure();
    wish->knows_relays = !judges->front().premises.relays.empty();
    Choice choice(wish->choice);
    const auto deeds = ScanDeeds::make(*wish, choice);
    if (!deeds) return deeds.failure();
    auto memory = ScanMemory::make(options_.judging, config_, *wish, **deeds);
    if (!memory) return memory.failure();
    if (auto begun = begin_now(**memory, *inbox); !begun || *begun)
      return begun ? Result<void>() : begun.failure();
    const auto lines = options_.is_json ? make_json_lines() : nullptr;
    std::vector<ScanSink*> sinks = {&choice, lines.get(), deeds->get(), memory->get()};
    std::erase(sinks, nullptr);
    std::vector<std::string> problems;
    ScanReading reading;
    reading.accounts = &accounts_;
    reading.folders = &(*memory)->folders();
    const auto scanned = run_scan(mailboxes, *judges, sinks, problems, reading);
    if (!scanned) return scanned.failure();
    for (const std::string& problem : problems) complain(problem);
    if ((*deeds)->status() != 0 || *scanned != 0)
      return fail(ErrorCode::temp_fail, mailboxes.front() + ": not all of it could be done");
    return {};
  }

  // The first time, what is there already is left to `unsent scan`. True: this was it.
  Result<bool> begin_now(ScanMemory& memory, const ImapPlace& inbox) {
    const std::string folder = text_of(inbox.url);
    if (memory.folders().start_of(folder).seen.validity != 0) return false;
    const auto session = accounts_.session(url_);
    if (!session) return session.failure();
    const auto now = look_at_target(**session, inbox.wire);
    if (!now) return now.failure();
    memory.folders().has_read(folder, {now->validity, now->next});
    if (auto saved = memory.folders().save(); !saved) return saved.failure();
    return true;
  }

  const WatchCommand& options_;
  const Config& config_;
  ImapAccounts& accounts_;
  const ImapUrl url_;
  const std::string ledger_;
};

Outcome watch_account(WatchCommand& options, const ImapUrl& url, const Arguments& arguments) {
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto ledger = ledger_path(options.judging.ledger, *config);
  if (!ledger) return ledger.failure();
  const auto home = notes_home();
  if (!home) return home.failure();
  const auto lock = lock_watch(*home + "/watch", url);
  if (!lock) return lock.failure();
  const auto accounts = make_accounts(*config);
  options.judging.imap = accounts.get();
  warn_of_ledger_key(*ledger, *config);
  Watch rounds(options, *config, *accounts, url, *ledger);
  WatchOptions how;
  if (options.interval) how.interval = *options.interval;
  how.is_once = options.is_once;
  const auto done = watch(
      *accounts, url, [&] { return rounds.round(); }, how);
  if (!done) return done.failure();
  return 0;
}

}  // namespace

Outcome cmd_watch(const Arguments& arguments) {
  WatchCommand options;
  const auto parsed = parse_options(
      arguments,
      "unsent watch [OPTION…] imaps://USER@HOST[/FOLDER]: wait for mail in an account at a\n"
      "provider, judge the reports among it, put backscatter away as the policy says, and\n"
      "remember what appears in Sent",
      watch_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (parsed->operands.size() != 1 || !is_imap_url(parsed->operands.front()))
    return fail(ErrorCode::usage, "watch: names no account, or more than one",
                "unsent watch imaps://USER@HOST");
  if (options.judging.no_ledger || !options.judging.sent.empty())
    return fail(ErrorCode::usage, "watch keeps a ledger: --sent and --no-ledger are for scan");
  const auto url = parse_imap_url(parsed->operands.front());
  if (!url) return url.failure();
  const InterruptGuard guard;
  return watch_account(options, *url, arguments);
}

}  // namespace unsent
