// SPDX-License-Identifier: MIT
#include "app/command.h"
#include "imap/url.h"
#include "scan/imap_source.h"
#include "scan/interrupt.h"
#include "scan/rounds.h"
#include "scan/watch.h"
#include "setup/key_file.h"
#include "setup/setup.h"

namespace unsent {
namespace {

struct WatchCommand {
  std::optional<std::chrono::milliseconds> interval;
  bool is_once = false;
  RoundWish round;
};

OptionGroup watch_options(WatchCommand& options) {
  OptionGroup group("Watch");
  group
      .flag("quarantine", options.round.deeds.quarantines,
            "move backscatter into the quarantine, whatever the policy says")
      .flag("tag", options.round.deeds.tags, "give it a keyword, whatever the policy says")
      .flag("yes", options.round.deeds.is_sure,
            "the numbers of a scan have been looked at: see the manual")
      .seconds("interval", 1, 86400, options.interval,
               "look at least so often, whatever the server tells (300)")
      .flag("once", options.is_once, "look once, and end: for cron")
      .flag("json", options.round.is_json, "one JSON object a message that came");
  group.add(judging_options(options.round.judging));
  return group;
}

Outcome watch_account(WatchCommand& options, const ImapUrl& url, const Arguments& arguments) {
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto ledger = ledger_path(options.round.judging.ledger, *config);
  if (!ledger) return ledger.failure();
  const auto home = notes_home();
  if (!home) return home.failure();
  const auto lock = lock_watch(*home + "/watch", url);
  if (!lock) return lock.failure();
  const auto accounts = make_accounts(*config);
  options.round.judging.imap = accounts.get();
  warn_of_ledger_key(*ledger, *config);
  WatchRounds rounds(options.round, *config, *accounts, url, *ledger);
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
  if (options.round.judging.no_ledger || !options.round.judging.sent.empty())
    return fail(ErrorCode::usage, "watch keeps a ledger: --sent and --no-ledger are for scan");
  const auto url = parse_imap_url(parsed->operands.front());
  if (!url) return url.failure();
  const InterruptGuard guard;
  return watch_account(options, *url, arguments);
}

}  // namespace unsent
