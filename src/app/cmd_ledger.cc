// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "app/output.h"
#include "app/setup.h"
#include "ledger/sqlite_ledger.h"

namespace unsent {
namespace {

Outcome show_stats(SqliteLedger& ledger, const std::string& path) {
  const auto stats = ledger.stats();
  if (!stats) return stats.failure();
  Output output;
  std::string text = fmt::format("{}\n{} messages, {} Message-IDs, {} recipients\n", path,
                                 stats->messages, stats->message_ids, stats->recipients);
  if (stats->earliest)
    text += fmt::format("sent from {} to {}\n", format_rfc3339(*stats->earliest),
                        format_rfc3339(*stats->latest));
  for (const auto& scope : stats->coverage)
    text += fmt::format("complete for {} since {}\n", scope.scope, format_rfc3339(scope.since));
  if (stats->coverage.empty())
    text += "complete for nobody: what is not in it may still have been sent\n";
  std::size_t shown = 0;
  for (const NameCount& sender : stats->senders)
    if (++shown <= 10) text += fmt::format("{:>8}  {}\n", sender.count, sender.name);
  if (auto written = output.text(text); !written) return written.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

// Exit status 0: recorded, 1: not.
Outcome show_id(SqliteLedger& ledger, const std::string& written_id) {
  const auto ids = parse_message_ids(written_id, 1);
  if (ids.empty())
    return fail(ErrorCode::usage, "ledger show: " + written_id + " is no Message-ID");
  const auto entries = ledger.find_entries(ids.front());
  if (!entries) return entries.failure();
  Output output;
  for (const Entry& entry : *entries)
    if (auto line = output.line(format_entry(entry)); !line) return line.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return entries->empty() ? 1 : 0;
}

Outcome export_all(SqliteLedger& ledger) {
  Output output;
  const auto done =
      ledger.for_each([&](const Entry& entry) { return output.line(format_entry(entry)); });
  if (!done) return done.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

}  // namespace

Outcome cmd_ledger(const Arguments& arguments) {
  boost::program_options::options_description options("Options");
  options.add_options()("ledger", boost::program_options::value<std::string>()->value_name("FILE"),
                        "the ledger to read");
  const auto parsed = parse_options(
      arguments,
      "unsent ledger stats            what is in it, and for whom it is complete\n"
      "unsent ledger show MESSAGE-ID  the message as a JSON line; exit 0 recorded, 1 not\n"
      "unsent ledger export           every message, a JSON line each",
      options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto& words = parsed->operands;
  const std::string what = words.empty() ? "" : words.front();
  const std::size_t wanted = what == "show" ? 2 : 1;
  if ((what != "stats" && what != "show" && what != "export") || words.size() != wanted)
    return fail(ErrorCode::usage, "ledger: say stats, show MESSAGE-ID or export",
                "see unsent ledger --help");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto path = ledger_path(parsed->text("ledger"), *config);
  if (!path) return path.failure();
  auto ledger = SqliteLedger::open_for_reading(*path);
  if (!ledger) return ledger.failure();
  if (what == "stats") return show_stats(**ledger, *path);
  if (what == "show") return show_id(**ledger, words[1]);
  return export_all(**ledger);
}

}  // namespace unsent
