// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/import.h"
#include "app/key_file.h"
#include "app/output.h"
#include "app/setup.h"
#include "ledger/import_record.h"
#include "ledger/measured.h"
#include "ledger/sqlite_ledger.h"
#include "ledger/upkeep.h"

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
  for (const CoverageRange& scope : stats->coverage)
    text += fmt::format("complete for {} since {}{}\n", scope.scope, format_rfc3339(scope.since),
                        scope.until ? " until " + format_rfc3339(*scope.until) : "");
  if (stats->coverage.empty())
    text += "complete for nobody: what is not in it may still have been sent\n";
  if (stats->measured.bounces > 0) text += describe(stats->measured) + "\n";
  if (stats->measured.refutes_promises())
    text += "so absence does not count, whatever was promised\n";
  for (const CoverageGap& gap : stats->gaps) text += describe(gap) + ": nothing is complete then\n";
  std::size_t shown = 0;
  for (const NameCount& sender : stats->senders)
    if (++shown <= 10) text += fmt::format("{:>8}  {}\n", sender.count, sender.name);
  if (auto written = output.text(text); !written) return written.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

// What can be said where the ledger keeps hashes: of the addresses that were asked for,
// those to whom it went.
std::string describe(const SentMessage& sent, const std::string& id,
                     const std::vector<Address>& asked) {
  std::string recipients;
  for (const Address& address : asked)
    if (sent.went_to(address))
      recipients += (recipients.empty() ? "" : ", ") + nlohmann::json(address.text()).dump();
  return fmt::format(
      "{{\"message_ids\": [{}], \"sent_at\": \"{}\", \"hashed\": true, \"recipient_count\": {}, "
      "\"recipients\": [{}], \"all_recipients\": {}}}",
      nlohmann::json(id).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
      format_rfc3339(sent.sent_at), sent.recipients.size(), recipients, sent.has_all_recipients);
}

// Exit status 0: recorded, and sent to all who are named behind the id; 1: not.
Outcome show_id(SqliteLedger& ledger, const std::vector<std::string>& words) {
  const auto ids = parse_message_ids(words[1], 1);
  if (ids.empty()) return fail(ErrorCode::usage, "ledger show: " + words[1] + " is no Message-ID");
  std::vector<Address> asked;
  for (std::size_t i = 2; i < words.size(); ++i) {
    auto address = Address::parse(words[i]);
    if (!address) return fail(ErrorCode::usage, "ledger show: " + words[i] + " is no address");
    asked.push_back(std::move(*address));
  }
  const auto found = ledger.find_message_id(ids.front());
  if (!found.is_available()) return fail(ErrorCode::temp_fail, found.unavailable);
  const auto entries = ledger.find_entries(ids.front());
  if (!entries) return entries.failure();
  Output output;
  bool went_to_all = false;
  for (const SentMessage& sent : found.value) {
    went_to_all = went_to_all || std::all_of(asked.begin(), asked.end(),
                                             [&](const Address& one) { return sent.went_to(one); });
    if (!entries->empty()) continue;
    if (auto line = output.line(describe(sent, ids.front(), asked)); !line) return line.failure();
  }
  for (const Entry& entry : *entries)
    if (auto line = output.line(format_entry(entry)); !line) return line.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return went_to_all ? 0 : 1;
}

// One line a message, as far as the ledger can tell.
Outcome list_all(SqliteLedger& ledger) {
  Output output;
  bool is_hashed = false;
  const auto done =
      ledger.for_each_row([&](const Row& row, const std::optional<Entry>& text) -> Result<void> {
        const std::string time = format_rfc3339(row.time().value_or(Time{}));
        is_hashed = is_hashed || !text;
        if (!text)
          return output.line(fmt::format("{}  {} recipients", time, row.recipients.size()));
        return output.line(fmt::format("{}  {} recipients  <{}>  {}", time, row.recipients.size(),
                                       fmt::join(text->message_ids, "> <"), text->sender()));
      });
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  if (!done) return done.failure();
  if (is_hashed)
    complain(
        "ids, senders and recipients are kept as hashes: unsent ledger show MESSAGE-ID ADDRESS "
        "says whether one is among them; plain = true in [ledger] keeps the texts of what comes");
  return 0;
}

Outcome export_all(SqliteLedger& ledger) {
  Output output;
  const auto done =
      ledger.for_each([&](const Entry& entry) { return output.line(format_entry(entry)); });
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  if (!done) return done.failure();
  return 0;
}

Outcome print(const std::string& text) {
  Output output;
  if (auto written = output.line(text); !written) return written.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

// What is whole of another ledger; then the damage, if there is some.
Result<std::optional<Error>> take_in(SqliteLedger& other, Import& import) {
  bool has_failed = false;
  const auto done = other.for_each([&](const Entry& entry) {
    auto added = import.add(entry, "merge", [] { return std::string("a row"); });
    if (added) added = import.end_of_piece();
    has_failed = !added;
    return added;
  });
  if (done) return std::optional<Error>();
  if (has_failed || done.error().code != ErrorCode::config) return done.failure();
  return std::optional(done.error());
}

// Adds what other ledgers hold. What they promise is not taken over: it was promised of them.
Outcome merge(const std::string& path, const std::vector<std::string>& words, Texts texts) {
  std::vector<std::unique_ptr<SqliteLedger>> others;
  for (std::size_t i = 1; i < words.size(); ++i) {
    auto other = SqliteLedger::open_for_reading(words[i]);
    if (!other) return other.failure();
    others.push_back(std::move(*other));
  }
  auto ledger = SqliteLedger::open_for_writing(path, texts);
  if (!ledger) return ledger.failure();
  Import import(**ledger, current_time());
  import.make_undoable({words.begin() + 1, words.end()});
  std::optional<Error> damage;
  for (const auto& other : others) {
    auto taken = take_in(*other, import);
    if (!taken) return taken.failure();
    if (*taken) damage = std::move(*taken);
  }
  if (const auto committed = import.commit(); !committed) return committed.failure();
  auto transaction = (*ledger)->begin();
  if (!transaction) return transaction.failure();
  for (const auto& other : others)
    if (const auto taken = (*ledger)->take_over_names(*other); !taken) {
      if (!damage) return taken.failure();
    }
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  const auto printed = print(import.summary());
  return printed && damage ? fail(damage->code, damage->message, damage->hint) : printed;
}

Outcome expire(const std::string& path, const std::optional<std::string>& before, int days) {
  Time then = current_time() - seconds(std::int64_t{86400} * days);
  if (before) {
    const auto time = read_time("--before", *before);
    if (!time) return time.failure();
    then = *time;
  }
  const auto removed = expire_ledger(path, then);
  if (!removed) return removed.failure();
  return print(fmt::format("{} messages from before {} removed", *removed, format_rfc3339(then)));
}

Outcome check(const std::string& path) {
  const auto findings = check_ledger(path);
  if (!findings) return findings.failure();
  if (findings->empty()) return print(path + ": sound");
  for (const std::string& finding : *findings) complain(path + ": " + finding);
  return fail(ErrorCode::config, path + ": damaged",
              "take a copy from `unsent ledger backup`, or `unsent ledger export` what it still "
              "gives and import it into a new one");
}

Outcome list_promises(SqliteLedger& ledger) {
  const auto promises = ledger.promises();
  if (!promises) return promises.failure();
  Output output;
  for (const CoverageRange& range : *promises)
    if (auto written = output.line(describe(range)); !written) return written.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
}

// Exit status 1: nothing was promised of one of them.
Outcome withdraw_promises(const std::string& path, const std::vector<std::string>& words,
                          Texts texts) {
  auto ledger = SqliteLedger::open_for_writing(path, texts);
  if (!ledger) return ledger.failure();
  Output output;
  int status = 0;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto withdrawn = (*ledger)->withdraw(words[i]);
    if (!withdrawn) return withdrawn.failure();
    if (*withdrawn == 0) status = 1;
    auto written = output.line(words[i] + (*withdrawn > 0 ? ": no longer said to be complete"
                                                          : ": was not said to be complete"));
    if (!written) return written.failure();
  }
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return status;
}

Outcome undo(const std::string& path) {
  const auto undone = undo_import(path);
  if (!undone) return undone.failure();
  if (!*undone) return fail(ErrorCode::data, path + ": there is no import to take back");
  const ImportRecord& record = (*undone)->record;
  std::string text =
      fmt::format("{} messages removed, which the import of {} from {} had added",
                  (*undone)->messages, format_rfc3339((*undone)->at), fmt::join(record.from, ", "));
  for (const std::string& scope : record.scopes) text += "\nno longer complete for " + scope;
  return print(text);
}

// The words that may follow `unsent ledger`, and how many behind each.
struct Action {
  std::string_view name;
  std::size_t least;
  std::size_t most;
};
constexpr Action kActions[] = {{"stats", 0, 0},       {"show", 1, 99},          {"list", 0, 0},
                               {"export", 0, 0},      {"merge", 1, 99},         {"expire", 0, 0},
                               {"check", 0, 0},       {"backup", 1, 1},         {"promise", 1, 99},
                               {"undo-import", 0, 0}, {"forget-measured", 0, 0}};

bool is_promise_action(const std::vector<std::string>& words) {
  return words.size() > 1 && ((words[1] == "list" && words.size() == 2) ||
                              (words[1] == "withdraw" && words.size() > 2));
}

bool is_action(const std::vector<std::string>& words) {
  return std::any_of(std::begin(kActions), std::end(kActions), [&](const Action& action) {
    return !words.empty() && words.front() == action.name && words.size() > action.least &&
           words.size() <= action.most + 1;
  });
}

}  // namespace

Outcome cmd_ledger(const Arguments& arguments) {
  boost::program_options::options_description options("Options");
  options.add_options()("ledger", boost::program_options::value<std::string>()->value_name("FILE"),
                        "the ledger, else the configuration's, else your own")  //
      ("before", boost::program_options::value<std::string>()->value_name("TIME"),
       "with expire: what was sent before then; else retention_days ago");
  const auto parsed = parse_options(
      arguments,
      "unsent ledger stats            what is in it, and for whom it is complete\n"
      "unsent ledger show MESSAGE-ID [ADDRESS...]\n"
      "                               the message as a JSON line; exit 0 recorded (and sent to\n"
      "                               each ADDRESS), 1 not\n"
      "unsent ledger list             every message, a line each\n"
      "unsent ledger export           every message, a JSON line each\n"
      "unsent ledger merge FILE...    add what other ledgers hold\n"
      "unsent ledger expire           remove what is too old to bounce\n"
      "unsent ledger check            is the file sound? exit 0 if it is\n"
      "unsent ledger backup FILE      a copy, while others write\n"
      "unsent ledger promise list     for whom it is said to be complete\n"
      "unsent ledger promise withdraw SENDER...\n"
      "                               takes back what was said of them\n"
      "unsent ledger undo-import      takes back the last import\n"
      "unsent ledger forget-measured  begin anew to measure how complete it is",
      options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto& words = parsed->operands;
  const std::string what = words.empty() ? "" : words.front();
  if (!is_action(words) || (what == "promise" && !is_promise_action(words)))
    return fail(ErrorCode::usage,
                "ledger: say stats, show MESSAGE-ID, list, export, merge FILE, expire, check, "
                "backup FILE, promise list, promise withdraw SENDER or undo-import",
                "see unsent ledger --help");
  if (parsed->has("before") && what != "expire")
    return fail(ErrorCode::usage, "--before goes with expire");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto path = ledger_path(parsed->text("ledger"), *config);
  if (!path) return path.failure();
  warn_of_ledger_key(*path, *config);
  if (what == "merge") return merge(*path, words, texts_of(*config));
  if (what == "expire") return expire(*path, parsed->text("before"), config->retention_days);
  if (what == "check") return check(*path);
  if (what == "forget-measured") {
    const auto forgotten = forget_measured(*path);
    if (!forgotten) return forgotten.failure();
    return print(
        fmt::format("{} counts forgotten: promises are believed until others come", *forgotten));
  }
  if (what == "backup") {
    const auto copied = back_up_ledger(*path, words[1]);
    if (!copied) return copied.failure();
    return print(words[1] + ": a copy of " + *path);
  }
  if (what == "undo-import") return undo(*path);
  if (what == "promise" && words[1] == "withdraw")
    return withdraw_promises(*path, words, texts_of(*config));
  auto ledger = SqliteLedger::open_for_reading(*path);
  if (!ledger) return ledger.failure();
  if (what == "promise") return list_promises(**ledger);
  if (what == "stats") return show_stats(**ledger, *path);
  if (what == "show") return show_id(**ledger, words);
  if (what == "list") return list_all(**ledger);
  return export_all(**ledger);
}

}  // namespace unsent
