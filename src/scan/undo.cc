// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "acting/acting.h"
#include "base/json_line.h"
#include "base/printable.h"
#include "base/text.h"
#include "report/figures.h"
#include "scan/deeds.h"
#include "scan/interrupt.h"
#include "setup/output.h"
#include "setup/places.h"

namespace unsent {
namespace {

constexpr std::size_t kMostNamed = 2;  // mailboxes

// "20261123-100000  23 Nov 2026 10:00  78 messages deleted, of /home/alice/Mail/inbox".
std::string describe(const Act& act) {
  const Deeds deeds = deeds_of(act);
  std::string text = fmt::format("{}  {}  {} {}", act.id(), minute_text(act.since()),
                                 many(deeds.messages, "message"), done_word(act.deed()));
  for (std::size_t i = 0; i < deeds.mailboxes.size() && i < kMostNamed; ++i)
    text += (i == 0 ? ", of " : " and ") + printable(deeds.mailboxes[i]);
  if (deeds.mailboxes.size() > kMostNamed) text += " and others";
  return text;
}

std::string to_json(const Act& act) {
  const Deeds deeds = deeds_of(act);
  auto object = begin_json();
  object["id"] = act.id();
  object["since"] = format_rfc3339(act.since());
  object["deed"] = name_of(act.deed());
  object["messages"] = deeds.messages;
  object["mailboxes"] = nlohmann::ordered_json::array();
  for (const std::string& mailbox : deeds.mailboxes)
    object["mailboxes"].push_back(to_valid_utf8(mailbox));
  return json_line(object);
}

Outcome list_acts(const std::vector<Act>& acts, bool is_json) {
  Output output;
  for (const Act& act : acts) {
    if (!has_way_back(act)) continue;  // what it put away was purged since
    if (auto written = is_json ? output.json(to_json(act)) : output.line(describe(act)); !written)
      return written.failure();
  }
  return output.finish();
}

// Of what a run that was killed at once left, and of what was purged since, nothing can be put
// back: it goes, unless it is named.
Result<void> end_spent(const std::string& home, const std::vector<std::string>& ids,
                       const ActingOptions& options) {
  const auto all = Act::list(home);
  if (!all) return all.failure();
  for (const Act& act : *all)
    if (!has_way_back(act) && std::find(ids.begin(), ids.end(), act.id()) == ids.end())
      if (auto ended = take_back(act, options); !ended) return ended.failure();
  return {};
}

// Without ids: the last one.
Result<std::vector<Act>> chosen(const std::string& home, const std::vector<std::string>& ids) {
  std::vector<Act> acts;
  for (const std::string& id : ids) {
    auto act = Act::open(home, id);
    if (!act) return act.failure();
    acts.push_back(std::move(*act));
  }
  if (!ids.empty()) return acts;
  auto all = Act::list(home);
  if (!all) return all;
  if (all->empty())
    return fail(ErrorCode::no_input, "nothing was done that could be taken back",
                "it is kept for 30 days, or until --forget");
  acts.push_back(std::move(all->back()));
  return acts;
}

std::string to_json(const Act& act, const Acted& undone) {
  auto object = begin_json();
  object["id"] = act.id();
  object["messages"] = undone.messages;
  object["problems"] = nlohmann::ordered_json::array();
  for (const Error& problem : undone.problems)
    object["problems"].push_back(to_valid_utf8(problem.message));
  return json_line(object);
}

std::string to_text(const Act& act, const Acted& undone) {
  return fmt::format("{}: {} put back\n", act.id(), many(undone.messages, "message"));
}

Result<int> undo_one(const Act& act, const ActingOptions& options, bool is_json) {
  const auto undone = take_back(act, options);
  if (!undone) return undone.failure();
  int status = 0;
  for (const Error& error : undone->problems) {
    complain(error.message + (error.hint.empty() ? "" : "; " + error.hint));
    if (error.code != ErrorCode::data) status = static_cast<int>(error.code);
  }
  if (undone->gone > 0) status = static_cast<int>(ErrorCode::no_input);
  const auto said = is_json ? print_json(to_json(act, *undone)) : print(to_text(act, *undone));
  return said ? Result<int>(status) : said;
}

}  // namespace

Result<std::string> acts_home() {
  const std::string folder = state_folder();
  if (!folder.empty()) return folder + "/acts";
  return fail(ErrorCode::config, "neither HOME nor XDG_STATE_HOME says where to note what is done",
              "without that note nothing could be taken back; set HOME");
}

OptionGroup undo_options(UndoOptions& options) {
  OptionGroup group("What was done before (no mailbox is read)");
  group.flag("undo", options.undoes, "put back what the act ID did, or the last one: --undo [ID…]")
      .flag("forget", options.forgets,
            "give up the way back, and what is kept for it: --forget ID…")
      .flag("acts", options.lists, "list what can be taken back")
      .check([&options]() -> Result<void> {
        if (options.undoes + options.forgets + options.lists > 1)
          return fail(ErrorCode::usage, "--undo, --forget and --acts exclude each other");
        return {};
      });
  return group;
}

Outcome run_undo(const UndoOptions& options, const DeedPlaceOptions& place,
                 const std::vector<std::string>& ids, ImapAccounts& accounts, bool is_json) {
  const auto home = acts_home();
  if (!home) return home.failure();
  if (options.lists) {
    const auto acts = Act::list(*home);
    return acts ? list_acts(*acts, is_json) : acts.failure();
  }
  if (options.forgets && ids.empty())
    return fail(ErrorCode::usage, "--forget: which act?", "see unsent scan --acts");
  const auto lock = lock_acts(*home);
  if (!lock) return lock.failure();
  if (auto done = recover_acts(*home); !done) return done.failure();
  const ActingOptions acting{place.lock(), {}, &accounts};
  if (auto done = end_spent(*home, ids, acting); !done) return done.failure();
  const auto acts = chosen(*home, ids);
  if (!acts) return acts.failure();
  int status = 0;
  for (const Act& act : *acts) {
    if (options.forgets) {
      if (auto gone = act.forget(); !gone) return gone.failure();
      continue;
    }
    const auto undone = undo_one(act, acting, is_json);
    if (!undone) return undone.failure();
    if (status == 0) status = *undone;
  }
  return status;
}

}  // namespace unsent
