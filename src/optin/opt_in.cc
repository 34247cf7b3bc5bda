// SPDX-License-Identifier: MIT
#include "optin/opt_in.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "optin/agent_file.h"
#include "setup/user.h"

namespace unsent {
namespace {

constexpr std::string_view kHead =
    "# This account has opted in to unsent; `unsent optout` takes this file away.\n";

// Exim hands a program's failure to the sender of the mail.
bool is_exim_host() {
  std::error_code none;
  return std::filesystem::canonical("/usr/sbin/sendmail", none).filename().string().find("exim") !=
         std::string::npos;
}

// procmail and maildrop are often called by a .forward.
Agent agent_of_forward(const std::string& path) {
  const auto text = read_own_file(path, 1 << 20);
  if (!text) return Agent::forward;
  if (contains_ignoring_case(*text, "procmail")) return Agent::procmail;
  if (contains_ignoring_case(*text, "maildrop")) return Agent::maildrop;
  return is_exim_filter(*text) || is_exim_host() ? Agent::exim : Agent::forward;
}

std::vector<Agent> agents_here() {
  std::vector<Agent> found;
  const auto add = [&](Agent agent) {
    if (std::find(found.begin(), found.end(), agent) == found.end()) found.push_back(agent);
  };
  for (const Agent agent : kAgents) {
    const auto path = agent_path(agent);
    if (agent == Agent::site || agent == Agent::exim || !path || !path_exists(*path)) continue;
    add(agent == Agent::forward ? agent_of_forward(*path) : agent);
  }
  return found;
}

}  // namespace

std::vector<OptIn> read_opt_ins() {
  std::vector<OptIn> list;
  if (!has_opted_in()) return list;
  const auto text = read_own_file(opt_in_path(), 1 << 20);
  const std::string_view lines = text ? std::string_view(*text) : std::string_view();
  for (const std::string_view line : split(lines, '\n')) {
    const std::size_t blank = line.find(' ');
    const auto agent = parse_agent(line.substr(0, blank));
    if (agent)
      list.push_back({*agent, blank == line.npos ? "" : std::string(line.substr(blank + 1))});
  }
  if (list.empty()) list.push_back({Agent::site, ""});  // made by hand
  return list;
}

Result<void> write_opt_ins(const std::vector<OptIn>& list) {
  const std::string path = opt_in_path();
  if (path.empty()) return fail(ErrorCode::config, "no home folder to note the opt-in in");
  if (list.empty()) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return os_failure(path, errno);
    return {};
  }
  if (auto made = make_folders(user_config_folder()); !made) return made;
  std::string text(kHead);
  for (const OptIn& one : list)
    text += fmt::format("{}{}{}\n", name_of(one.agent), one.path.empty() ? "" : " ", one.path);
  return write_own_file(path, text);
}

Result<std::string> agent_path(Agent agent) {
  if (agent == Agent::site) return std::string();
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/')
    return fail(ErrorCode::config, "HOME does not say where the home folder is",
                "name the file with --file");
  return fmt::format("{}/{}", home, file_of(agent));
}

Result<Agent> find_agent(const Config& config) {
  if (config.is_site_filter) return Agent::site;
  const auto found = agents_here();
  if (found.size() == 1) return found.front();
  if (found.empty())
    return fail(
        ErrorCode::no_input,
        "no ~/.procmailrc, ~/.mailfilter, ~/.dovecot.sieve, ~/.forward or ~/.qmail tells how "
        "mail is delivered here",
        "say --procmail, --maildrop, --sieve, --forward, --exim or --qmail");
  std::string names;
  for (const Agent agent : found)
    names += fmt::format("{}--{}", names.empty() ? "" : ", ", name_of(agent));
  return fail(ErrorCode::usage, "several agents have a file here", "say which delivers: " + names);
}

std::string describe(const OptIn& one) {
  if (one.agent == Agent::site) return "site: the administrator's filter";
  const std::string place = fmt::format("{}: {}", name_of(one.agent), one.path);
  const auto text = read_own_file(one.path);
  if (!text) return place + ", but it cannot be read";
  const auto taken = take_lines(*text, one.path);
  if (!taken) return place + ", but our lines there were changed";
  return *taken ? place : place + ", but our lines are gone from there";
}

}  // namespace unsent
