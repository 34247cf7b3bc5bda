// SPDX-License-Identifier: MIT
#include "optin/installed.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "optin/agent_trial.h"
#include "optin/system_mail.h"
#include "setup/user.h"

namespace unsent {
namespace {

// Dovecot calls what bears the name in a folder of the administrator's.
std::string sieve_program(Findings& found) {
  const SystemMail system = ask_system();
  if (system.sieve_folder.empty()) {
    if (system.has_dovecot)
      found.fault("Dovecot has no sieve_filter_bin_dir: no script can call unsent");
    else
      found.remark("opted in by a Sieve script: Dovecot is not on this host, and is not tried");
    return {};
  }
  std::string link = system.sieve_folder + "/unsent";
  if (::access(link.c_str(), X_OK) == 0) return link;
  found.fault(link + (path_exists(link) ? ": leads nowhere" : ": missing") +
              ": Dovecot does not find unsent, and no mail is judged");
  return {};
}

std::string mailbox_in(std::string_view lines) {
  return lines.find(" --maildir ") != lines.npos || lines.find(" --mbox ") != lines.npos
             ? "--maildir /in/a/scratch/home"
             : "";
}

}  // namespace

std::string program_in(Agent agent, std::string_view lines) {
  std::string_view verb =
      agent == Agent::procmail || agent == Agent::maildrop ? " filter" : " deliver";
  const std::size_t end = lines.find(verb);
  if (agent == Agent::sieve || end == lines.npos) return {};
  std::size_t begin = end;
  while (begin > 0 && lines[begin - 1] != ' ' && lines[begin - 1] != '"' &&
         lines[begin - 1] != '\'' && lines[begin - 1] != '|')
    --begin;
  return std::string(lines.substr(begin, end - begin));
}

void examine_opt_in(const OptIn& one, const std::string& config, Findings& found) {
  if (one.agent == Agent::site)
    return found.remark("opted in: the administrator's filter decides which mail is judged");
  const std::string place = describe(one);
  const auto text = read_own_file(one.path);
  const auto taken =
      text ? take_lines(*text, one.path) : Result<std::optional<Taken>>(std::nullopt);
  if (!text || !taken || !*taken) return found.fault("opted in by " + place);
  const std::string& lines = (*taken)->lines;
  Wiring wiring;
  wiring.user = user_name();
  wiring.mailbox = mailbox_in(lines);
  wiring.program = one.agent == Agent::sieve ? sieve_program(found) : program_in(one.agent, lines);
  if (wiring.program.empty()) return;
  if (::access(wiring.program.c_str(), X_OK) != 0)
    return found.fault(
        fmt::format("{}: gone, and {} calls it: mail is delivered unjudged, or waits",
                    wiring.program, one.path));
  if (lines.find("X-Unsent-Verdict") != lines.npos) wiring.quarantine = "/in/a/scratch/home";
  const auto tried = try_installed(one.agent, wiring, config);
  if (tried)
    found.good("opted in by " + place + ": " + *tried);
  else
    found.fault(fmt::format("opted in by {}, but {}{}{}", place, tried.error().message,
                            tried.error().hint.empty() ? "" : "; ", tried.error().hint));
}

}  // namespace unsent
