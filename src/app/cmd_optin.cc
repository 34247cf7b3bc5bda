// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>

#include "app/command.h"
#include "optin/opt_in.h"
#include "optin/switch.h"
#include "optin/system_mail.h"
#include "optin/wiring.h"
#include "setup/output.h"
#include "setup/user.h"

namespace unsent {
namespace {

struct OptinOptions {
  std::map<Agent, bool> agents;  // those that are named
  std::optional<std::string> file;
  std::optional<std::string> user;
  bool is_asked_to = false;
  bool is_json = false;
  WiringWish wiring;

  Asked asked() const { return is_asked_to ? Asked::to_do : Asked::to_show; }
};

OptionGroup optin_options(OptinOptions& options) {
  OptionGroup group;
  group.flag("procmail", options.agents[Agent::procmail], "write into ~/.procmailrc")
      .flag("maildrop", options.agents[Agent::maildrop], "write into ~/.mailfilter")
      .flag("sieve", options.agents[Agent::sieve], "write into ~/.dovecot.sieve")
      .flag("forward", options.agents[Agent::forward], "write into ~/.forward")
      .flag("exim", options.agents[Agent::exim], "write into ~/.forward, as an Exim filter")
      .flag("qmail", options.agents[Agent::qmail], "write into ~/.qmail")
      .flag("site", options.agents[Agent::site],
            "write no file: the site's own filter asks who has opted in")
      .text("file", "FILE", options.file, "write into this one")
      .text("program", "PATH", options.wiring.program, "what the lines call")
      .text("user", "NAME", options.user, "from root, for this user")
      .flag("yes", options.is_asked_to, "do it; else it is only tried and shown")
      .flag("json", options.is_json, "what is shown as one JSON object")
      .add(mailbox_options(options.wiring.mailbox));
  return group;
}

// Where no file in the home tells, what the host's mail system says is taken, and said.
Result<Agent> chosen_agent(const OptinOptions& options, const Config& config,
                           const SystemMail& system) {
  std::optional<Agent> chosen;
  for (const auto& [agent, is_named] : options.agents) {
    if (!is_named) continue;
    if (chosen) return fail(ErrorCode::usage, "two agents at once", "say one of them");
    chosen = agent;
  }
  if (chosen) return *chosen;
  auto found = find_agent(config);
  if (found || found.error().code != ErrorCode::no_input) return found;
  const auto guess = guess_agent(system);
  if (!guess) return fail(ErrorCode::usage, found.error().message, found.error().hint);
  complain(fmt::format("no file in the home tells how mail is delivered; {}: taken for --{}",
                       guess->why, name_of(guess->agent)));
  return guess->agent;
}

Result<OptInTold> opt_in_by(Agent agent, const OptinOptions& options, const Config& config,
                            const SystemMail& system) {
  if (agent == Agent::site) return opt_in_at_site(options.asked());
  const auto path = options.file ? Result<std::string>(in_home(*options.file)) : agent_path(agent);
  if (!path) return path.failure();
  const auto wiring = make_wiring(agent, options.wiring, config);
  if (!wiring) return wiring.failure();
  auto told = opt_in(agent, *path, *wiring, options.asked());
  if (told) told->administrator = administrator_lines(agent, system, wiring->program);
  return told;
}

}  // namespace

Outcome cmd_optin(const Arguments& arguments) {
  OptinOptions options;
  const auto parsed =
      parse_options(arguments, "unsent optin [OPTION…]: put unsent into the way of your mail",
                    optin_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, parsed->operands.front() + ": not an option", "see --help");
  if (options.user)
    if (auto done = become_user(*options.user); !done) return done.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  const SystemMail system = ask_system();
  const auto agent = chosen_agent(options, *config, system);
  if (!agent) return agent.failure();
  const auto told = opt_in_by(*agent, options, *config, system);
  if (!told) return told.failure();
  return options.is_json ? print_json(to_json(*told)) : print(to_text(*told));
}

}  // namespace unsent
