// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "app/agent_file.h"
#include "app/agent_trial.h"
#include "app/opt_in.h"
#include "app/output.h"
#include "app/setup.h"
#include "app/store.h"
#include "app/user.h"

namespace unsent {
namespace {

namespace po = boost::program_options;

po::options_description optin_options() {
  po::options_description own("Options");
  own.add_options()                                                                       //
      ("procmail", "write into ~/.procmailrc")                                            //
      ("maildrop", "write into ~/.mailfilter")                                            //
      ("sieve", "write into ~/.dovecot.sieve")                                            //
      ("forward", "write into ~/.forward")                                                //
      ("exim", "write into ~/.forward, as an Exim filter")                                //
      ("qmail", "write into ~/.qmail")                                                    //
      ("site", "write no file: the site's own filter asks who has opted in")              //
      ("file", po::value<std::string>()->value_name("FILE"), "write into this one")       //
      ("program", po::value<std::string>()->value_name("PATH"), "what the lines call")    //
      ("user", po::value<std::string>()->value_name("NAME"), "from root, for this user")  //
      ("yes", "do it; else it is only tried and shown");
  return own.add(mailbox_options());
}

Result<Agent> chosen_agent(const Parsed& parsed, const Config& config) {
  std::optional<Agent> chosen;
  for (const Agent agent : kAgents) {
    if (!parsed.has(std::string(name_of(agent)).c_str())) continue;
    if (chosen) return fail(ErrorCode::usage, "two agents at once", "say one of them");
    chosen = agent;
  }
  return chosen ? Result<Agent>(*chosen) : find_agent(config);
}

Result<std::string> program_path(const Parsed& parsed) {
  if (const auto named = parsed.text("program")) {
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
Result<std::string> mailbox_words(const Parsed& parsed, const Config& config) {
  const auto named = read_mailbox_options(parsed, config);
  if (!named) return named.failure();
  const auto mailbox = *named ? Result<MailboxName>(**named) : usual_mailbox();
  if (!mailbox) return mailbox.failure();
  if (!can_deliver_into(*mailbox))
    return fail(ErrorCode::usage, mailbox->path + ": no mailbox that can be delivered into",
                "name one: --maildir, --mbox, or mailbox in [delivery]");
  return fmt::format("{} {}", mailbox->is_maildir ? "--maildir" : "--mbox", mailbox->path);
}

Result<Wiring> make_wiring(Agent agent, const Parsed& parsed, const Config& config) {
  Wiring wiring;
  auto program = program_path(parsed);
  if (!program) return program.failure();
  wiring.program = std::move(*program);
  wiring.user = user_name();
  if (agent == Agent::forward || agent == Agent::exim || agent == Agent::qmail) {
    auto words = mailbox_words(parsed, config);
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

Outcome print(const std::string& text) {
  Output output;
  auto written = output.text(text);
  if (written) written = output.flush();
  return written ? Outcome(0) : Outcome(written.failure());
}

Outcome opt_in_at_site(bool is_asked_to) {
  if (!is_asked_to) return print("would note the opt-in in " + opt_in_path() + "; --yes does it\n");
  if (auto noted = note_opt_in(Agent::site, ""); !noted) return noted.failure();
  return print("opted in: " + opt_in_path() + '\n');
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

Result<std::string> carry_out(Agent agent, const Change& change, const Wiring& wiring) {
  if (auto made = make_quarantine(wiring); !made) return made.failure();
  std::string told;
  if (change.file.exists) {
    const auto copy = back_up(change.file, data_folder() + "/before-optin",
                              without_colons(format_rfc3339(current_time())));
    if (!copy) return copy;
    told = "the file as it was: " + *copy + '\n';
  }
  if (auto done = replace_agent_file(change.file, change.text); !done) return done.failure();
  if (auto noted = note_opt_in(agent, change.file.path); !noted) return noted.failure();
  return told + "opted in\n";
}

Outcome opt_in(Agent agent, const std::string& path, const Wiring& wiring, bool is_asked_to) {
  const auto change = plan(agent, path, wiring);
  if (!change) return change.failure();
  if (change->text == change->file.text) {
    if (auto noted = note_opt_in(agent, path); !noted) return noted.failure();
    return print(path + ": our lines stand there already\n");
  }
  const auto tried = try_lines(agent, wiring, change->text);
  if (!tried) return tried.failure();
  std::string text = path + ":\n" + difference(change->file.text, change->text) + *tried + '\n';
  if (wiring.quarantine.empty() && wiring.mailbox.empty())
    text += "backscatter is only marked: the policy says no more\n";
  if (!is_asked_to) return print(text + "nothing is changed yet; --yes does it\n");
  const auto done = carry_out(agent, *change, wiring);
  if (!done) return done.failure();
  return print(text + *done);
}

}  // namespace

Outcome cmd_optin(const Arguments& arguments) {
  const auto parsed = parse_options(
      arguments, "unsent optin [OPTION…]: put unsent into the way of your mail", optin_options());
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, parsed->operands.front() + ": not an option", "see --help");
  if (const auto name = parsed->text("user"))
    if (auto done = become_user(*name); !done) return done.failure();
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  for (const std::string& problem : config->problems) complain(problem);
  const auto agent = chosen_agent(*parsed, *config);
  if (!agent) return agent.failure();
  if (*agent == Agent::site) return opt_in_at_site(parsed->has("yes"));
  const auto path = parsed->has("file") ? Result<std::string>(in_home(*parsed->text("file")))
                                        : agent_path(*agent);
  if (!path) return path.failure();
  const auto wiring = make_wiring(*agent, *parsed, *config);
  if (!wiring) return wiring.failure();
  return opt_in(*agent, *path, *wiring, parsed->has("yes"));
}

}  // namespace unsent
