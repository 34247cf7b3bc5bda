// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <nlohmann/json.hpp>

#include "action/annotate.h"
#include "app/output.h"
#include "app/put_away.h"
#include "app/rule_files.h"
#include "app/setup.h"
#include "app/store.h"
#include "base/digest.h"
#include "base/text.h"
#include "mail/lines.h"
#include "mailbox/mbox_store.h"
#include "mailbox/quarantine.h"

namespace unsent {
namespace {

namespace po = boost::program_options;
using List = std::vector<Quarantined>;

// Which of the messages are meant. Several conditions: those that meet all.
struct Selection {
  std::vector<std::string> ids;  // beginnings of ids
  std::optional<std::string> campaign;
  std::optional<Time> before;
  bool is_all = false;

  bool is_empty() const { return ids.empty() && !campaign && !before && !is_all; }
};

Result<Time> days_ago(const std::string& text, Time now) {
  int days = -1;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), days);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || days < 0 ||
      days > 36500)
    return fail(ErrorCode::usage, "--older-than: " + text + " is not a number of days");
  return now - seconds(86400LL * days);
}

Result<Selection> read_selection(const Parsed& parsed, Time now) {
  Selection selection;
  selection.ids.assign(parsed.operands.begin() + 1, parsed.operands.end());
  selection.campaign = parsed.text("campaign");
  selection.is_all = parsed.has("all");
  if (const auto days = parsed.text("older-than")) {
    const auto before = days_ago(*days, now);
    if (!before) return before.failure();
    selection.before = *before;
  }
  return selection;
}

// An id must begin one message's id and no other's.
Result<List> select_ids(const List& list, const std::vector<std::string>& ids) {
  List chosen;
  for (const std::string& id : ids) {
    List matching;
    std::copy_if(list.begin(), list.end(), std::back_inserter(matching),
                 [&](const auto& one) { return !id.empty() && one.id.substr(0, id.size()) == id; });
    if (matching.size() != 1)
      return fail(ErrorCode::no_input,
                  id + (matching.empty() ? ": no such message in the quarantine"
                                         : ": begins the ids of several messages"),
                  "see unsent quarantine list");
    chosen.push_back(matching.front());
  }
  return chosen;
}

// The named campaign's, of those that are chosen. A name that nothing in the quarantine bears
// is a slip, and to be told.
Result<void> keep_campaign(List& chosen, const List& all, const std::string& name,
                           PutAwayReader& reader) {
  const auto is_of_it = [&](const Quarantined& one) { return reader.look(one).campaign == name; };
  std::erase_if(chosen, [&](const Quarantined& one) { return !is_of_it(one); });
  if (!chosen.empty() || std::any_of(all.begin(), all.end(), is_of_it)) return {};
  return fail(ErrorCode::no_input, to_valid_utf8(name) + ": no such campaign in the quarantine",
              "see unsent quarantine list");
}

// The reader learns the campaigns if it is to name them later on.
Result<List> select(const std::string& folder, const Selection& selection, PutAwayReader* reader) {
  const auto all = list_quarantine_files(folder);
  if (!all) return all;
  auto chosen = selection.ids.empty() ? all : select_ids(*all, selection.ids);
  if (!chosen) return chosen;
  if (selection.before)
    std::erase_if(*chosen, [&](const auto& one) { return one.since >= *selection.before; });
  if (reader != nullptr) reader->learn(*all);
  if (reader != nullptr && selection.campaign)
    if (auto kept = keep_campaign(*chosen, *all, *selection.campaign, *reader); !kept)
      return kept.failure();
  return chosen;
}

std::string to_json(const Quarantined& one, const PutAway& seen) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
  };
  nlohmann::ordered_json object;
  object["id"] = to_valid_utf8(one.id);
  object["since"] = format_rfc3339(one.since);
  object["size"] = one.size;
  object["why"] = or_null(seen.why);
  object["subject"] = or_null(seen.subject);
  object["original_subject"] = or_null(seen.original);
  object["campaign"] = or_null(seen.campaign.value_or(""));
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// Two lines: what it is, and why it is here.
std::string to_text(const Quarantined& one, const PutAway& seen) {
  const auto brief = [](const std::string& text) {
    const std::string safe = to_valid_utf8(text);
    std::string line(cut_utf8(safe, 70));
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
  };
  return fmt::format("{}  {}  {}  {}\n    {}\n", to_valid_utf8(one.id), format_rfc3339(one.since),
                     seen.campaign.value_or("(no campaign)"),
                     brief(seen.original.empty() ? seen.subject : seen.original),
                     seen.why.empty() ? "no reason noted" : to_valid_utf8(seen.why));
}

Outcome list(const List& chosen, PutAwayReader& reader, bool is_json) {
  Output output;
  for (const Quarantined& one : chosen) {
    const PutAway seen = reader.look(one);
    auto written = is_json ? output.line(to_json(one, seen)) : output.text(to_text(one, seen));
    if (!written) return written.failure();
  }
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
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

Outcome counted(std::size_t count, std::string_view what) {
  Output output;
  auto written =
      output.line(fmt::format("{} {} {}", count, count == 1 ? "message" : "messages", what));
  if (written) written = output.flush();
  return written ? Outcome(0) : Outcome(written.failure());
}

Result<void> take_away(const Quarantined& one) {
  if (::unlink(one.path.c_str()) != 0 && errno != ENOENT) return os_failure(one.path, errno);
  return {};
}

// The bytes as they came, without our header, into the mailbox; then out of the quarantine.
// Killed in between, it finds on the next try that the message has been released.
Result<void> release_one(const Quarantined& one, const MailboxName& mailbox, Time now) {
  const auto bytes = read_file(one.path);
  if (!bytes) return bytes.failure();
  const auto path = Address::parse(Message::view(*bytes).headers().text("Return-Path"));
  const Delivery delivery{annotated_pieces(*bytes, ""),
                          make_from_line(path ? path->text() : "", now),
                          digest("released", one.id)};
  if (auto stored = store(mailbox, delivery); !stored) return stored.failure();
  return take_away(one);
}

Outcome release(const List& chosen, const Parsed& parsed, const Config& config) {
  const auto mailbox = read_mailbox_options(parsed, config);
  if (!mailbox) return mailbox.failure();
  if (!*mailbox)
    return fail(ErrorCode::usage, "no mailbox to release into",
                "name one: --maildir, --mbox, or mailbox in [delivery]");
  for (const Quarantined& one : chosen)
    if (auto released = release_one(one, **mailbox, current_time()); !released)
      return released.failure();
  return counted(chosen.size(), "released");
}

Outcome purge(const List& chosen) {
  for (const Quarantined& one : chosen)
    if (auto gone = take_away(one); !gone) return gone.failure();
  return counted(chosen.size(), "purged");
}

po::options_description quarantine_options() {
  po::options_description options("Options");
  options.add_options()  //
      ("quarantine", po::value<std::string>()->value_name("FOLDER"),
       "this Maildir instead of the config's")  //
      ("campaign", po::value<std::string>()->value_name("NAME"),
       "those of one campaign, by the name that list and scan show")  //
      ("older-than", po::value<std::string>()->value_name("DAYS"),
       "those that came before that")  //
      ("all", "all of them")           //
      ("now", po::value<std::string>()->value_name("TIME"),
       "count the days from then (RFC 3339)")  //
      ("json", "list: one JSON object a message");
  return options.add(mailbox_options());
}

Outcome run(const std::string& verb, const Parsed& parsed, const Config& config, Time now) {
  auto selection = read_selection(parsed, now);
  if (!selection) return selection.failure();
  const bool is_purge = verb == "purge";
  if (is_purge && selection->is_empty() && config.quarantine_days > 0)
    selection->before = now - seconds(86400LL * config.quarantine_days);
  if (verb != "list" && selection->is_empty())
    return fail(ErrorCode::usage, verb + ": which messages?",
                "name ids, --campaign, --older-than or --all");
  const std::string folder = parsed.text("quarantine").value_or(quarantine_path(config));
  std::vector<std::string> problems;
  const auto rules = load_rules(problems);
  std::optional<PutAwayReader> reader;
  if (verb == "list" || selection->campaign) reader.emplace(folder, *rules);
  const auto chosen = select(folder, *selection, reader ? &*reader : nullptr);
  problems.insert(problems.end(), rules->problems().begin(), rules->problems().end());
  for (const std::string& problem : problems) complain(problem);
  if (!chosen) return chosen.failure();
  if (verb == "list") return list(*chosen, *reader, parsed.has("json"));
  if (verb == "show") return show(*chosen);
  return is_purge ? purge(*chosen) : release(*chosen, parsed, config);
}

}  // namespace

Outcome cmd_quarantine(const Arguments& arguments) {
  const auto parsed = parse_options(
      arguments, "unsent quarantine list|show|release|purge [OPTION…] [ID…]: what was put away",
      quarantine_options());
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const std::string verb = parsed->operands.empty() ? "" : parsed->operands.front();
  if (verb != "list" && verb != "show" && verb != "release" && verb != "purge")
    return fail(ErrorCode::usage, "say list, show, release or purge", "see --help");
  Time now = current_time();
  if (const auto text = parsed->text("now")) {
    const auto time = read_time("--now", *text);
    if (!time) return time.failure();
    now = *time;
  }
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  return run(verb, *parsed, *config, now);
}

}  // namespace unsent
