// SPDX-License-Identifier: MIT
// Finds the command, runs it, and turns what went wrong into one line and a status.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <new>

#include "app/command.h"
#include "app/last_resort.h"
#include "setup/output.h"
#include "setup/slip.h"

namespace unsent {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"check", "judge messages; the exit status is the verdict", cmd_check,
     "  $ unsent check --explain < bounce.eml\n"
     "  $ unsent check --json --sent ~/Mail/sent bounce.eml\n"},
    {"filter", "standard input to standard output, with the verdict in the header", cmd_filter,
     "  $ unsent filter < bounce.eml\n"
     "  $ unsent filter --recipient alice@ourshop.example < bounce.eml\n",
     Stands::in_its_way},
    {"deliver", "standard input into a mailbox; backscatter is put away if you say so", cmd_deliver,
     "  $ unsent deliver --maildir ~/Maildir < mail.eml\n"
     "  $ unsent deliver --mbox ~/Mail/inbox < mail.eml\n",
     Stands::in_its_way},
    {"scan", "judge whole mailboxes and report", cmd_scan,
     "  $ unsent scan --sent ~/Mail/sent ~/Mail/inbox\n"
     "  $ unsent scan --quarantine ~/Mail/inbox\n"},
    {"review", "look at a flood campaign by campaign, and say what is yours", cmd_review,
     "  $ unsent review ~/Mail/inbox\n"
     "  $ unsent review --sent ~/Mail/sent ~/Mail/inbox\n"},
    {"import", "remember what was sent, from Sent mailboxes, mail logs or JSON lines", cmd_import,
     "  $ unsent import ~/Maildir/.Sent\n"
     "  $ unsent import --complete ourshop.example --since 2026-11-01 ~/Maildir/.Sent\n"},
    {"record", "remember the message on standard input as sent", cmd_record,
     "  $ unsent record < outgoing.eml\n"
     "  $ unsent record --ledger ~/mail/ledger.db < outgoing.eml\n",
     Stands::in_its_way},
    {"sendmail", "send by the real sendmail, and remember it", cmd_sendmail,
     "  $ unsent sendmail -t < outgoing.eml\n"
     "  $ unsent sendmail -f alice@ourshop.example bob@remote.example < outgoing.eml\n",
     Stands::in_its_way},
    {"watch", "wait for mail at a provider, and put backscatter away as it comes", cmd_watch,
     "  $ unsent watch imaps://alice@mail.example\n"
     "  $ unsent watch --once imaps://alice@mail.example\n"},
    {"ledger", "what is remembered: stats, show, export, merge, expire, check, backup", cmd_ledger,
     "  $ unsent ledger stats\n"
     "  $ unsent ledger show MESSAGE-ID bob@remote.example\n"},
    {"judge", "for programs: what libunsent(3) hands over", cmd_judge,
     "  $ unsent judge < /dev/null\n"},
    {"serve", "answer for a ledger that its users cannot read, on a socket", cmd_serve,
     "  $ unsent serve --socket /run/unsent/ledger.sock --ledger /var/lib/unsent/ledger.db\n"},
    {"config", "what can be set, explained, as a file to copy", cmd_config,
     "  $ unsent config\n"
     "  $ unsent config > ~/.config/unsent/config.toml\n"},
    {"doctor", "does this set-up still tell genuine from forged?", cmd_doctor,
     "  $ unsent doctor\n"
     "  $ unsent doctor --no-dns\n"},
    {"quarantine", "what was put away: list, show, release, purge", cmd_quarantine,
     "  $ unsent quarantine list\n"
     "  $ unsent quarantine release --campaign NAME\n"},
    {"optin", "put unsent into the way of your mail, by the agent that you use", cmd_optin,
     "  $ unsent optin\n"
     "  $ unsent optin --yes\n"},
    {"optout", "take it out again", cmd_optout,
     "  $ unsent optout\n"
     "  $ unsent optout --file ~/.procmailrc\n"},
    {"status", "the policy, what it has done, and where things are", cmd_status,
     "  $ unsent status\n"
     "  $ unsent status --json\n"},
    {"spf", "check one sender; find servers that your SPF record forgets", cmd_spf,
     "  $ unsent spf audit --domain ourshop.example ~/Mail/inbox\n"
     "  $ unsent spf check --ip 192.0.2.10 --sender alice@ourshop.example\n"},
    {"tag", "mark outgoing mail as ours, by a keyed hash", cmd_tag,
     "  $ unsent tag key\n"
     "  $ unsent tag < outgoing.eml\n",
     Stands::in_its_way},
    {"rules", "by what bounces are recognised: list, test", cmd_rules,
     "  $ unsent rules list\n"
     "  $ unsent rules test ours.toml\n"},
});

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kCommands));
  for (const Command& command : kCommands) names.emplace_back(command.name);
  return names;
}

std::string help() {
  std::string text =
      "unsent: tells bounces of mail that you sent from those of mail that you did not\n\n"
      "usage: unsent [--config FILE] COMMAND …\n\n";
  for (const Command& command : kCommands)
    text += fmt::format("  {:<10}  {}\n", command.name, command.summary);
  return text +
         "\nunsent COMMAND --help tells more; so does the manual, unsent-COMMAND(1).\n\n"
         "EXAMPLES\n"
         "  $ unsent scan --sent ~/Mail/sent ~/Mail/inbox\n"
         "  $ unsent check --explain < bounce.eml\n";
}

Outcome run_command(const Command& command, const Arguments& arguments) {
  if (command.stands == Stands::beside_the_mail) return command.run(arguments);
  end_by_try_again();
  try {
    return command.run(arguments);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return fail(ErrorCode::temp_fail, std::string("internal error: ") + error.what());
  }
}

const Command* find_command(std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : &*found;
}

// --config FILE or --config=FILE in front of the command: how many words that is.
Result<std::size_t> take_config(const std::vector<std::string>& words, Arguments& arguments) {
  constexpr std::string_view kOption = "--config";
  if (words.empty() || !words[0].starts_with(kOption)) return std::size_t{0};
  const bool is_joined = words[0].starts_with("--config=");
  if (!is_joined && words[0] != kOption) return std::size_t{0};
  if (is_joined) arguments.config_path = words[0].substr(kOption.size() + 1);
  if (!is_joined && words.size() > 1) arguments.config_path = words[1];
  if (arguments.config_path.value_or("").empty())
    return fail(ErrorCode::usage, "--config: which file?", "unsent --config FILE COMMAND …");
  return std::size_t{is_joined ? 1U : 2U};
}

Outcome run(const std::vector<std::string>& words) {
  Arguments arguments;
  const auto taken = take_config(words, arguments);
  if (!taken) return taken.failure();
  std::vector<std::string> rest(words.begin() + static_cast<std::ptrdiff_t>(*taken), words.end());
  if (rest.empty()) return fail(ErrorCode::usage, "no command", "see unsent --help");
  if (rest[0] == "help" && rest.size() > 1) rest = {rest[1], "--help"};
  if (rest[0] == "--help" || rest[0] == "-h" || rest[0] == "help") return print(help());
  if (rest[0] == "--version") return print("unsent " UNSENT_VERSION "\n");
  if (const Command* const command = find_command(rest[0])) {
    arguments.examples = command->examples;
    arguments.words.assign(rest.begin() + 1, rest.end());
    return run_command(*command, arguments);
  }
  const std::string meant = nearest(rest[0], command_names());
  return fail(ErrorCode::usage, rest[0] + ": no such command or option",
              meant.empty() ? "see unsent --help" : "did you mean unsent " + meant + "?");
}

bool is_reader_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int report(const Error& error) {
  if (error.code == ErrorCode::io && is_reader_gone()) {  // as in `unsent scan … | head`
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
  }
  complain(error.message + (error.hint.empty() ? "" : "; " + error.hint));
  return static_cast<int>(error.code);
}

// Standard input, output and error that were closed stay so: else the first file that is opened
// takes their number, and a ledger would be read as mail, or written over by a report.
void keep_closed_files_closed() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) < 0)  // the other way round: whoever uses it has an error
      static_cast<void>(::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

}  // namespace
}  // namespace unsent

int main(int argc, char** argv) {
  unsent::keep_closed_files_closed();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that goes away is a failed write, not a death
  try {
    const auto outcome = unsent::run({argv + 1, argv + argc});
    return outcome ? *outcome : unsent::report(outcome.error());
  } catch (const std::bad_alloc&) {
    unsent::complain_of_memory();
    return static_cast<int>(unsent::ErrorCode::temp_fail);
  } catch (const std::exception& error) {
    unsent::complain(std::string("internal error: ") + error.what());
    return static_cast<int>(unsent::ErrorCode::software);
  }
}
