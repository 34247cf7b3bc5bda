// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/ledger_messages.h"
#include "base/json_line.h"
#include "feed/merge.h"
#include "ledger/ledger_writer.h"
#include "ledger/measured.h"
#include "ledger/stats_told.h"
#include "ledger/upkeep.h"
#include "ledger/upkeep_told.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"

namespace unsent {
namespace {

Outcome show_stats(LedgerReader& ledger, const std::string& path, bool is_json) {
  const auto stats = ledger.stats();
  if (!stats) return stats.failure();
  return is_json ? print_json(to_json(*stats, path)) : print(to_text(*stats, path));
}

Outcome merge(const std::string& path, const std::vector<std::string>& words, Texts texts,
              bool is_json) {
  const auto merged = merge_ledgers(path, {words.begin() + 1, words.end()}, texts);
  if (!merged) return merged.failure();
  if (auto told = tell({merged->counts, {}, {}}, is_json); !told) return told.failure();
  const auto& damage = merged->damage;
  return damage ? fail(damage->code, damage->message, damage->hint) : Outcome(0);
}

Outcome expire(const std::string& path, Time then, bool is_json) {
  const auto removed = expire_ledger(path, then);
  if (!removed) return removed.failure();
  auto object = begin_json();
  object["removed"] = *removed;
  object["before"] = format_rfc3339(then);
  if (is_json) return print_json(json_line(object));
  return print(fmt::format("{} messages from before {} removed\n", *removed, format_rfc3339(then)));
}

// Of a file that cannot even be opened as a ledger programs are told as well.
Outcome check(const std::string& path, bool is_json) {
  auto findings = check_ledger(path);
  const bool is_broken = !findings && findings.error().code == ErrorCode::config;
  if (!findings && !(is_json && is_broken)) return findings.failure();
  if (is_json) {
    const auto said = is_broken ? std::vector<std::string>{findings.error().message} : *findings;
    if (auto printed = print_json(check_json(path, said)); !printed) return printed;
  }
  if (!findings) return findings.failure();
  if (findings->empty()) return is_json ? 0 : print(path + ": sound\n");
  for (const std::string& finding : *findings) complain(fmt::format("{}: {}", path, finding));
  return fail(ErrorCode::config, path + ": damaged",
              "take a copy from `unsent ledger backup`, or `unsent ledger export` what it still "
              "gives and import it into a new one");
}

Outcome list_promises(LedgerReader& ledger, bool is_json) {
  const auto promises = ledger.promises();
  if (!promises) return promises.failure();
  if (is_json) {
    Output lines;
    for (const CoverageRange& range : *promises)
      if (auto line = lines.json(to_json(range)); !line) return line.failure();
    return lines.finish();
  }
  Output output;
  for (const CoverageRange& range : *promises)
    if (auto written = output.line(describe(range)); !written) return written.failure();
  return output.finish();
}

// Exit status 1: nothing was promised of one of them.
Outcome withdraw_promises(const std::string& path, const std::vector<std::string>& words,
                          Texts texts) {
  auto ledger = LedgerWriter::open(path, texts);
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
  return output.finish(status);
}

Outcome undo(const std::string& path, bool is_json) {
  const auto undone = undo_import(path);
  if (!undone) return undone.failure();
  if (!*undone) return fail(ErrorCode::data, path + ": there is no import to take back");
  if (is_json) return print_json(to_json(**undone));
  return print(to_text(**undone));
}

Outcome forget(const std::string& path) {
  const auto forgotten = forget_measured(path);
  if (!forgotten) return forgotten.failure();
  return print(
      fmt::format("{} counts forgotten: promises are believed until others come\n", *forgotten));
}

Outcome back_up(const std::string& path, const std::string& copy) {
  const auto copied = back_up_ledger(path, copy);
  return copied ? print(copy + ": a copy of " + path + '\n') : copied.failure();
}

// What a verb is run with.
struct Call {
  std::string path;                // of the ledger
  std::vector<std::string> words;  // the verb, and what stands behind it
  std::optional<Time> before;
  bool is_json = false;
  const Config& config;

  Time expiry() const {
    return before.value_or(current_time() - seconds(std::int64_t{86400} * config.retention_days));
  }
};

Outcome reading(const Call& call, Outcome (*run)(LedgerReader&, const Call&)) {
  const auto ledger = LedgerReader::open(call.path);
  return ledger ? run(**ledger, call) : Outcome(ledger.failure());
}

Outcome run_promise(const Call& call) {
  const std::string& what = call.words[1];
  if (what == "list" && call.words.size() == 2)
    return reading(call, [](LedgerReader& ledger, const Call& own) {
      return list_promises(ledger, own.is_json);
    });
  if (what == "withdraw" && call.words.size() > 2)
    return withdraw_promises(call.path, call.words, texts_of(call.config));
  return fail(ErrorCode::usage, "ledger promise: say list, or withdraw SENDER",
              "see unsent ledger --help");
}

// The words that may follow `unsent ledger`, how many behind each, and what they do.
struct Verb {
  std::string_view name;
  std::string_view wants;  // behind it; "" for nothing
  std::size_t least;
  std::size_t most;
  Outcome (*run)(const Call& call);
  bool has_json = true;
};
constexpr Verb kVerbs[] = {
    {"stats", "", 0, 0,
     [](const Call& call) {
       return reading(call, [](LedgerReader& ledger, const Call& own) {
         return show_stats(ledger, own.path, own.is_json);
       });
     }},
    {"show", "MESSAGE-ID", 1, 99,
     [](const Call& call) {
       return reading(call, [](LedgerReader& ledger, const Call& own) {
         return show_message(ledger, own.words);
       });
     }},
    {"list", "", 0, 0,
     [](const Call& call) {
       return reading(call, [](LedgerReader& ledger, const Call& own) {
         return list_messages(ledger, own.is_json);
       });
     }},
    {"export", "", 0, 0,
     [](const Call& call) {
       return reading(call,
                      [](LedgerReader& ledger, const Call&) { return export_messages(ledger); });
     }},
    {"merge", "FILE", 1, 99,
     [](const Call& call) {
       return merge(call.path, call.words, texts_of(call.config), call.is_json);
     }},
    {"expire", "", 0, 0,
     [](const Call& call) { return expire(call.path, call.expiry(), call.is_json); }},
    {"check", "", 0, 0, [](const Call& call) { return check(call.path, call.is_json); }},
    {"backup", "FILE", 1, 1, [](const Call& call) { return back_up(call.path, call.words[1]); },
     false},
    {"promise", "list, or withdraw SENDER", 1, 99, run_promise},
    {"undo-import", "", 0, 0, [](const Call& call) { return undo(call.path, call.is_json); }},
    {"forget-measured", "", 0, 0, [](const Call& call) { return forget(call.path); }, false},
};

Result<const Verb*> find_verb(const std::vector<std::string>& words) {
  const auto verb = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const Verb& one) {
    return !words.empty() && words.front() == one.name;
  });
  if (verb == std::end(kVerbs))
    return fail(ErrorCode::usage,
                "ledger: say stats, show MESSAGE-ID, list, export, merge FILE, expire, check, "
                "backup FILE, promise list, promise withdraw SENDER or undo-import",
                "see unsent ledger --help");
  if (words.size() > verb->least && words.size() <= verb->most + 1) return verb;
  return fail(ErrorCode::usage,
              words.size() <= verb->least
                  ? fmt::format("ledger {}: {} is missing", verb->name, verb->wants)
                  : fmt::format("ledger {}: {} is too much", verb->name, words[verb->most + 1]),
              fmt::format("unsent ledger {} {}", verb->name, verb->wants));
}

constexpr const char* kUsage =
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
    "unsent ledger forget-measured  begin anew to measure how complete it is";

}  // namespace

Outcome cmd_ledger(const Arguments& arguments) {
  std::optional<std::string> named;
  std::optional<Time> before;
  bool is_json = false;
  OptionGroup options;
  options.text("ledger", "FILE", named, "the ledger, else the configuration's, else your own")
      .time("before", before, "with expire: what was sent before then; else retention_days ago")
      .flag("json", is_json, "facts as JSON objects, a line each; show and export print no others");
  const auto parsed = parse_options(arguments, kUsage, options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  const auto found = find_verb(parsed->operands);
  if (!found) return found.failure();
  const Verb* const verb = *found;
  if (before && verb->name != "expire") return fail(ErrorCode::usage, "--before goes with expire");
  const bool is_withdrawing = verb->name == "promise" && parsed->operands[1] != "list";
  if (is_json && (!verb->has_json || is_withdrawing))
    return fail(ErrorCode::usage, "--json: " + parsed->operands.front() + " tells no facts");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto path = ledger_path(named, *config);
  if (!path) return path.failure();
  warn_of_ledger_key(*path, *config);
  return verb->run({*path, parsed->operands, before, is_json, *config});
}

}  // namespace unsent
