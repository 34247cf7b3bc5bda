// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "app/command.h"
#include "base/file.h"
#include "base/json_line.h"
#include "base/text.h"
#include "quarantine/digest.h"
#include "quarantine/listing.h"
#include "quarantine/release.h"
#include "quarantine/selection.h"
#include "report/figures.h"
#include "report/shell_text.h"
#include "setup/output.h"
#include "setup/rule_files.h"
#include "setup/setup.h"

namespace unsent {
namespace {

using List = std::vector<Quarantined>;

constexpr std::size_t kFewListed = 3;  // messages of a campaign where nobody asks for more

struct QuarantineOptions {
  std::optional<std::string> folder;
  std::optional<std::string> campaign;
  std::optional<std::uint32_t> older_than;  // days
  bool is_all = false;
  std::optional<Time> now;
  bool is_json = false;
  DigestOptions digest;
  MailboxOptions mailbox;

  Time days_ago(std::int64_t days) const {
    return now.value_or(current_time()) - seconds(86400 * days);
  }
};

OptionGroup quarantine_options(QuarantineOptions& options) {
  OptionGroup group;
  group.text("quarantine", "FOLDER", options.folder, "this Maildir instead of the config's")
      .text("campaign", "NAME", options.campaign,
            "those of one campaign, by the name that list and scan show")
      .number("older-than", "DAYS", 0, 36500, options.older_than, "those that came before that")
      .flag("all", options.is_all, "all of them")
      .time("now", options.now, "count the days from then (RFC 3339)")
      .flag("json", options.is_json, "list: one JSON object a message; release, purge: how many")
      .parsed("to", "ADDRESS", "an address", options.digest.to,
              "digest: to this address of yours, not to the user who runs it")
      .text("sendmail", "PROGRAM", options.digest.sendmail,
            "digest: sent by this, not by the system's sendmail")
      .flag("print", options.digest.is_printed, "digest: on standard output, and not noted as told")
      .add(mailbox_options(options.mailbox));
  return group;
}

Selection selection_of(const QuarantineOptions& options, const std::vector<std::string>& operands) {
  Selection selection;
  selection.ids.assign(operands.begin() + 1, operands.end());
  selection.campaign = options.campaign;
  selection.is_all = options.is_all;
  if (options.older_than) selection.before = options.days_ago(*options.older_than);
  return selection;
}

Outcome list_json(const List& chosen, PutAwayReader& reader) {
  Output output;
  for (const Quarantined& one : chosen)
    if (auto written = output.json(to_json(one, reader.look(one))); !written)
      return written.failure();
  return output.finish();
}

// Campaign by campaign, the largest first; a few messages of each unless it is asked for more.
Outcome list_text(const List& chosen, PutAwayReader& reader, std::size_t most) {
  Output output;
  for (const PutAwayGroup& one : group_by_campaign(chosen, reader, most))
    if (auto written = output.text(to_text(one, most)); !written) return written.failure();
  if (!chosen.empty())
    if (auto written =
            output.line(fmt::format("in all {}", counted(chosen.size(), "message", "messages")));
        !written)
      return written.failure();
  return output.finish();
}

Outcome show(const List& chosen) {
  for (const Quarantined& one : chosen) {
    const auto bytes = read_file(one.path);
    if (!bytes) return bytes.failure();
    if (auto done = write_all(STDOUT_FILENO, *bytes, "standard output"); !done)
      return done.failure();
  }
  return 0;
}

Outcome say_count(std::size_t count, std::string_view what, bool is_json) {
  auto object = begin_json();
  object["done"] = what;
  object["messages"] = count;
  if (is_json) return print_json(json_line(object));
  return print(fmt::format("{} {}\n", many(count, "message"), what));
}

Outcome release(const List& chosen, const QuarantineOptions& options, const Config& config) {
  const auto mailbox = read_mailbox_options(options.mailbox, config);
  if (!mailbox) return mailbox.failure();
  if (!*mailbox)
    return fail(ErrorCode::usage, "no mailbox to release into",
                "name one: --maildir, --mbox, or mailbox in [delivery]");
  for (const Quarantined& one : chosen)
    if (auto released = release_one(one, **mailbox, current_time()); !released)
      return released.failure();
  return say_count(chosen.size(), "released", options.is_json);
}

// Of what came from an mbox the bytes are kept, a file was moved here and is the only one.
Outcome purge(const List& chosen, bool is_json) {
  std::size_t moved = 0;
  for (const Quarantined& one : chosen) {
    if (auto gone = take_away(one); !gone) return gone.failure();
    if (was_moved_here(one)) ++moved;
  }
  if (moved > 0)
    complain(
        fmt::format("{} had been moved here by `unsent scan`, whose --undo no longer puts {} "
                    "back",
                    many(moved, "message"), moved == 1 ? "it" : "them"));
  return say_count(chosen.size(), "purged", is_json);
}

// The commands in it name the folder only where the configuration does not.
Outcome digest_of(const QuarantineOptions& options, const Config& config) {
  DigestOptions wish = options.digest;
  wish.folder = options.folder.value_or(quarantine_path(config));
  if (options.folder) wish.release_options = "--quarantine " + shell_word(*options.folder) + ' ';
  std::vector<std::string> problems;
  const auto rules = load_rules(problems);
  auto sent = send_digest(wish, config, *rules, options.now.value_or(current_time()));
  problems.insert(problems.end(), rules->problems().begin(), rules->problems().end());
  for (const std::string& problem : problems) complain(problem);
  return sent;
}

Outcome run(const std::string& verb, const QuarantineOptions& options, Selection selection,
            const Config& config) {
  const bool is_purge = verb == "purge";
  if (is_purge && selection.is_empty() && config.quarantine_days > 0)
    selection.before = options.days_ago(config.quarantine_days);
  if (verb != "list" && selection.is_empty())
    return fail(ErrorCode::usage, verb + ": which messages?",
                "name ids, --campaign, --older-than or --all");
  const std::string folder = options.folder.value_or(quarantine_path(config));
  std::vector<std::string> problems;
  const auto rules = load_rules(problems);
  std::optional<PutAwayReader> reader;
  if (verb == "list" || selection.campaign) reader.emplace(folder, *rules);
  const auto chosen = choose(folder, selection, reader ? &*reader : nullptr);
  problems.insert(problems.end(), rules->problems().begin(), rules->problems().end());
  for (const std::string& problem : problems) complain(problem);
  if (!chosen) return chosen.failure();
  if (verb == "list" && options.is_json) return list_json(*chosen, *reader);
  if (verb == "list")
    return list_text(*chosen, *reader, selection.is_empty() ? kFewListed : chosen->size());
  if (verb == "show") return show(*chosen);
  return is_purge ? purge(*chosen, options.is_json) : release(*chosen, options, config);
}

}  // namespace

Outcome cmd_quarantine(const Arguments& arguments) {
  QuarantineOptions options;
  const auto parsed = parse_options(
      arguments,
      "unsent quarantine list|show|release|purge|digest [OPTION…] [ID…]: what was put\naway",
      quarantine_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const std::string verb = parsed->operands.empty() ? "" : parsed->operands.front();
  if (verb != "list" && verb != "show" && verb != "release" && verb != "purge" && verb != "digest")
    return fail(ErrorCode::usage, "say list, show, release, purge or digest", "see --help");
  if (options.is_json && (verb == "show" || verb == "digest"))
    return fail(ErrorCode::usage, "--json goes with list, release and purge", "see --help");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  if (verb == "digest" && parsed->operands.size() > 1)
    return fail(ErrorCode::usage, "digest: takes no ids", "see --help");
  if (verb == "digest") return digest_of(options, *config);
  return run(verb, options, selection_of(options, parsed->operands), *config);
}

}  // namespace unsent
