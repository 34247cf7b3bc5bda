// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "app/command.h"
#include "optin/told.h"
#include "base/file.h"
#include "optin/agent_file.h"
#include "optin/opt_in.h"
#include "setup/options.h"
#include "setup/output.h"
#include "setup/user.h"

namespace unsent {
namespace {

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

Outcome cmd_optout(const Arguments& arguments) {
  std::optional<std::string> file;
  std::optional<std::string> user;
  bool is_json = false;
  OptionGroup options;
  options.text("file", "FILE", file, "look for our lines here, too")
      .text("user", "NAME", user, "from root, for this user")
      .flag("json", is_json, "what was done as one JSON object");
  const auto parsed = parse_options(
      arguments, "unsent optout [OPTION…]: take unsent out of the way of your mail", options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, parsed->operands.front() + ": not an option", "see --help");
  if (user)
    if (auto done = become_user(*user); !done) return done.failure();
  OptOutTold told;
  for (const OptIn& one : places(file)) {
    if (one.agent == Agent::site) continue;
    if (auto done = clean(one.path, told); !done) return done.failure();
  }
  told.was_in = has_opted_in();
  if (auto gone = write_opt_ins({}); !gone) return gone.failure();
  return is_json ? print_json(to_json(told)) : print(to_text(told));
}

}  // namespace unsent
