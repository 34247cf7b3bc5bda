// SPDX-License-Identifier: MIT
#include "optin/switch.h"

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "optin/agent_file.h"
#include "optin/agent_trial.h"
#include "optin/opt_in.h"
#include "setup/setup.h"
#include "setup/user.h"

namespace unsent {
namespace {

// Agents do not all make a folder that is missing.
Result<void> make_quarantine(const Wiring& wiring) {
  if (wiring.quarantine.empty()) return {};
  for (const char* part : {"/cur", "/new", "/tmp"})
    if (auto made = make_folders(wiring.quarantine + part); !made) return made;
  return {};
}

Result<void> note_opt_in(Agent agent, const std::string& path) {
  auto list = read_opt_ins();
  for (const OptIn& one : list)
    if (one.agent == agent && one.path == path) return {};
  std::erase_if(list, [&](const OptIn& one) { return one.agent == agent && one.path == path; });
  list.push_back({agent, path});
  return write_opt_ins(list);
}

// What was read, and what would stand there.
struct Change {
  AgentFile file;
  std::string text;
};

Result<Change> plan(Agent agent, const std::string& path, const Wiring& wiring) {
  auto file = read_agent_file(path);
  if (!file) return file.failure();
  const auto taken = take_lines(file->text, path);
  if (!taken) return taken.failure();
  const bool is_new = *taken ? (*taken)->is_new : !file->exists;
  auto text = put_lines(agent, *taken ? (*taken)->text : file->text, wiring, path, is_new);
  if (!text) return text.failure();
  return Change{std::move(*file), std::move(*text)};
}

std::string without_colons(std::string stamp) {
  std::erase(stamp, ':');
  return stamp;
}

Result<void> carry_out(Agent agent, const Change& change, const Wiring& wiring, OptInTold& told) {
  if (auto made = make_quarantine(wiring); !made) return made.failure();
  if (change.file.exists) {
    auto copy = back_up(change.file, data_folder() + "/before-optin",
                        without_colons(format_rfc3339(current_time())));
    if (!copy) return copy.failure();
    told.backup = std::move(*copy);
  }
  if (auto done = replace_agent_file(change.file, change.text); !done) return done.failure();
  if (auto noted = note_opt_in(agent, change.file.path); !noted) return noted.failure();
  told.state = OptInTold::State::done;
  return {};
}

// Where our lines may stand: as noted, as named, and in the usual files, should a note be
// missing.
std::vector<OptIn> places(const std::optional<std::string>& file) {
  std::vector<OptIn> list = read_opt_ins();
  const auto add = [&](Agent agent, const std::string& path) {
    for (const OptIn& one : list)
      if (one.path == path) return;
    list.push_back({agent, path});
  };
  if (file) add(Agent::procmail, in_home(*file));
  for (const Agent agent : kAgents)
    if (const auto path = agent_path(agent); path && !path->empty()) add(agent, *path);
  return list;
}

Result<void> clean(const std::string& path, OptOutTold& told) {
  auto seen = read_own_file(path);
  if (!seen || seen->find("# unsent optin:") == std::string::npos) return {};
  const auto file = read_agent_file(path);
  if (!file) return file.failure();
  const auto taken = take_lines(file->text, path);
  if (!taken) return taken.failure();
  if (!*taken) return {};
  const bool goes = (*taken)->is_new && (*taken)->text.empty();
  auto done = goes ? remove_agent_file(*file) : replace_agent_file(*file, (*taken)->text);
  if (!done) return done;
  told.files.push_back({path, goes ? OptOutTold::Done::removed : OptOutTold::Done::as_before});
  return {};
}

}  // namespace

Result<OptInTold> opt_in_at_site(Asked asked) {
  OptInTold told;
  told.path = opt_in_path();
  if (asked == Asked::to_show) return told;
  if (auto noted = note_opt_in(Agent::site, ""); !noted) return noted.failure();
  told.state = OptInTold::State::done;
  return told;
}

Result<OptInTold> opt_in(Agent agent, const std::string& path, const Wiring& wiring, Asked asked) {
  const auto change = plan(agent, path, wiring);
  if (!change) return change.failure();
  OptInTold told;
  told.agent = agent;
  told.path = path;
  told.quarantine = wiring.quarantine;
  told.mailbox = wiring.mailbox;
  if (change->text == change->file.text) {
    if (auto noted = note_opt_in(agent, path); !noted) return noted.failure();
    told.state = OptInTold::State::there_already;
    return told;
  }
  auto tried = try_lines(agent, wiring, change->text);
  if (!tried) return tried.failure();
  told.change = difference(change->file.text, change->text);
  told.tried = std::move(*tried);
  if (asked == Asked::to_show) return told;
  if (auto done = carry_out(agent, *change, wiring, told); !done) return done.failure();
  return told;
}

Result<OptOutTold> opt_out(const std::optional<std::string>& file) {
  OptOutTold told;
  for (const OptIn& one : places(file)) {
    if (one.agent == Agent::site) continue;
    if (auto done = clean(one.path, told); !done) return done.failure();
  }
  told.was_in = has_opted_in();
  if (auto gone = write_opt_ins({}); !gone) return gone.failure();
  return told;
}

}  // namespace unsent
