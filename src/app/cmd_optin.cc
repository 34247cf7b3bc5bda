// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <map>

#include "app/command.h"
#include "optin/told.h"
#include "deliver/chosen_store.h"
#include "optin/agent_file.h"
#include "optin/agent_trial.h"
#include "optin/opt_in.h"
#include "optin/system_mail.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "setup/user.h"

namespace unsent {
namespace {

struct OptinOptions {
  std::map<Agent, bool> agents;  // those that are named
  std::optional<std::string> file;
  std::optional<std::string> program;
  std::optional<std::string> user;
  bool is_asked_to = false;
  bool is_json = false;
  MailboxOptions mailbox;
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
      .text("program", "PATH", options.program, "what the lines call")
      .text("user", "NAME", options.user, "from root, for this user")
      .flag("yes", options.is_asked_to, "do it; else it is only tried and shown")
      .flag("json", options.is_json, "what is shown as one JSON object")
      .add(mailbox_options(options.mailbox));
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

Result<std::string> program_path(const std::optional<std::string>& named) {
  if (named) {
    if (named->substr(0, 1) == "/" && ::access(named->c_str(), X_OK) == 0) return *named;
    return fail(ErrorCode::usage, "--program " + *named + ": not an absolute path of a program");
  }
  char path[PATH_MAX] = {};
  if (::readlink("/proc/self/exe", path, sizeof path - 1) <= 0)
    return fail(ErrorCode::os, "where this program lies cannot be told", "name it with --program");
  return std::string(path);
}

bool can_deliver_into(const MailboxName& mailbox) {
  return ::access((mailbox.is_maildir ? mailbox.path + "/new" : mailbox.path).c_str(), W_OK) == 0;
}

// Where nobody names a mailbox: the one that is there. Of two, one is read by the user, and
// which cannot be told.
Result<MailboxName> usual_mailbox() {
  const MailboxName maildir{in_home("~/Maildir"), true, Missing::refuse};
  const MailboxName mbox{"/var/mail/" + user_name(), false, Missing::refuse};
  if (can_deliver_into(maildir) && can_deliver_into(mbox))
    return fail(ErrorCode::usage, "there are two mailboxes: " + maildir.path + ", " + mbox.path,
                "name the one that you read: --maildir, --mbox, or mailbox in [delivery]");
  return can_deliver_into(mbox) ? mbox : maildir;
}

// What deliver is told: the mailbox of option or configuration, or the usual one.
Result<std::string> mailbox_words(const MailboxOptions& options, const Config& config) {
  const auto named = read_mailbox_options(options, config);
  if (!named) return named.failure();
  const auto mailbox = *named ? Result<MailboxName>(**named) : usual_mailbox();
  if (!mailbox) return mailbox.failure();
  if (!can_deliver_into(*mailbox))
    return fail(ErrorCode::usage, mailbox->path + ": no mailbox that can be delivered into",
                "name one: --maildir, --mbox, or mailbox in [delivery]");
  return fmt::format("{} {}", mailbox->is_maildir ? "--maildir" : "--mbox", mailbox->path);
}

Result<Wiring> make_wiring(Agent agent, const OptinOptions& options, const Config& config) {
  Wiring wiring;
  auto program = program_path(options.program);
  if (!program) return program.failure();
  wiring.program = std::move(*program);
  wiring.user = user_name();
  if (agent == Agent::forward || agent == Agent::exim || agent == Agent::qmail) {
    auto words = mailbox_words(options.mailbox, config);
    if (!words) return words.failure();
    wiring.mailbox = std::move(*words);
  }
  // By what happens to a bounce of mail that nobody sent: a drop is not for an agent.
  const Handling handling = config.policy.handling(Verdict::backscatter, Kind::bounce);
  if (handling == Handling::quarantine || handling == Handling::drop)
    wiring.quarantine = quarantine_path(config);
  return wiring;
}

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

Result<OptInTold> opt_in_at_site(bool is_asked_to) {
  OptInTold told;
  told.path = opt_in_path();
  if (!is_asked_to) return told;
  if (auto noted = note_opt_in(Agent::site, ""); !noted) return noted.failure();
  told.state = OptInTold::State::done;
  return told;
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

Result<OptInTold> opt_in(Agent agent, const std::string& path, const Wiring& wiring,
                         bool is_asked_to) {
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
  if (!is_asked_to) return told;
  if (auto done = carry_out(agent, *change, wiring, told); !done) return done.failure();
  return told;
}

Result<OptInTold> opt_in_by(Agent agent, const OptinOptions& options, const Config& config,
                            const SystemMail& system) {
  if (agent == Agent::site) return opt_in_at_site(options.is_asked_to);
  const auto path = options.file ? Result<std::string>(in_home(*options.file)) : agent_path(agent);
  if (!path) return path.failure();
  const auto wiring = make_wiring(agent, options, config);
  if (!wiring) return wiring.failure();
  auto told = opt_in(agent, *path, *wiring, options.is_asked_to);
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
