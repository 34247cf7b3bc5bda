// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "app/agent_file.h"
#include "app/opt_in.h"
#include "app/options.h"
#include "app/output.h"
#include "app/user.h"
#include "base/file.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

// Where our lines may stand: as noted, as named, and in the usual files, should a note be
// missing.
std::vector<OptIn> places(const Parsed& parsed) {
  std::vector<OptIn> list = read_opt_ins();
  const auto add = [&](Agent agent, const std::string& path) {
    for (const OptIn& one : list)
      if (one.path == path) return;
    list.push_back({agent, path});
  };
  if (const auto file = parsed.text("file")) add(Agent::procmail, in_home(*file));
  for (const Agent agent : kAgents)
    if (const auto path = agent_path(agent); path && !path->empty()) add(agent, *path);
  return list;
}

// What was done, in a line; "" if there was nothing to do.
Result<std::string> clean(const std::string& path) {
  auto seen = read_own_file(path);
  if (!seen || seen->find("# unsent optin:") == std::string::npos) return std::string();
  const auto file = read_agent_file(path);
  if (!file) return file.failure();
  const auto taken = take_lines(file->text, path);
  if (!taken) return taken.failure();
  if (!*taken) return std::string();
  const bool goes = (*taken)->is_new && (*taken)->text.empty();
  const auto done = goes ? remove_agent_file(*file) : replace_agent_file(*file, (*taken)->text);
  if (!done) return done.failure();
  return fmt::format("{}: {}\n", path, goes ? "taken away" : "as it was before");
}

}  // namespace

Outcome cmd_optout(const Arguments& arguments) {
  po::options_description options("Options");
  options.add_options()                                                                       //
      ("file", po::value<std::string>()->value_name("FILE"), "look for our lines here, too")  //
      ("user", po::value<std::string>()->value_name("NAME"), "from root, for this user");
  const auto parsed = parse_options(
      arguments, "unsent optout [OPTION…]: take unsent out of the way of your mail", options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, parsed->operands.front() + ": not an option", "see --help");
  if (const auto name = parsed->text("user"))
    if (auto done = become_user(*name); !done) return done.failure();
  std::string told;
  for (const OptIn& one : places(*parsed)) {
    if (one.agent == Agent::site) continue;
    const auto done = clean(one.path);
    if (!done) return done.failure();
    told += *done;
  }
  const bool was_in = has_opted_in();
  if (auto gone = write_opt_ins({}); !gone) return gone.failure();
  if (was_in) told += "opted out\n";
  Output output;
  auto written = output.text(told.empty() ? "there was no opt-in\n" : told);
  if (written) written = output.flush();
  return written ? Outcome(0) : Outcome(written.failure());
}

}  // namespace unsent
