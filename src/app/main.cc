// SPDX-License-Identifier: MIT
// Finds the command, runs it, and turns what went wrong into one line and a status.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <new>

#include "app/command.h"
#include "app/last_resort.h"
#include "app/output.h"

namespace unsent {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"check", "judge messages; the exit status is the verdict", cmd_check},
    {"filter", "standard input to standard output, with the verdict in the header", cmd_filter,
     Stands::in_its_way},
    {"deliver", "standard input into a mailbox; backscatter is put away if you say so", cmd_deliver,
     Stands::in_its_way},
    {"scan", "judge whole mailboxes and report", cmd_scan},
    {"import", "remember what was sent, from Sent mailboxes, mail logs or JSON lines", cmd_import},
    {"record", "remember the message on standard input as sent", cmd_record, Stands::in_its_way},
    {"sendmail", "send by the real sendmail, and remember it", cmd_sendmail, Stands::in_its_way},
    {"ledger", "what is remembered: stats, show, export, merge, expire, check, backup", cmd_ledger},
    {"doctor", "does this set-up still tell genuine from forged?", cmd_doctor},
    {"quarantine", "what was put away: list, show, release, purge", cmd_quarantine},
    {"optin", "put unsent into the way of your mail, by the agent that you use", cmd_optin},
    {"optout", "take it out again", cmd_optout},
    {"status", "the policy, what it has done, and where things are", cmd_status},
    {"spf", "check one sender; find servers that your SPF record forgets", cmd_spf},
    {"tag", "mark outgoing mail as ours, by a keyed hash", cmd_tag, Stands::in_its_way},
    {"rules", "by what bounces are recognised: list, test", cmd_rules},
});

std::string help() {
  std::string text =
      "unsent: tells bounces of mail that you sent from those of mail that you did not\n\n"
      "usage: unsent [--config FILE] COMMAND …\n\n";
  for (const Command& command : kCommands)
    text += fmt::format("  {:<10}  {}\n", command.name, command.summary);
  return text + "\nunsent COMMAND --help tells more; so does the manual, unsent-COMMAND(1).\n";
}

Outcome print(const std::string& text) {
  Output output;
  if (auto written = output.text(text); !written) return written.failure();
  if (auto flushed = output.flush(); !flushed) return flushed.failure();
  return 0;
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

Outcome run(const std::vector<std::string>& words) {
  Arguments arguments;
  std::size_t at = 0;
  if (at + 1 < words.size() && words[at] == "--config") {
    arguments.config_path = words[at + 1];
    at += 2;
  }
  if (at >= words.size()) return fail(ErrorCode::usage, "no command", "see unsent --help");
  if (words[at] == "--help" || words[at] == "-h" || words[at] == "help") return print(help());
  if (words[at] == "--version") return print("unsent " UNSENT_VERSION "\n");
  for (const Command& command : kCommands) {
    if (command.name != words[at]) continue;
    arguments.words.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
    return run_command(command, arguments);
  }
  return fail(ErrorCode::usage, words[at] + ": no such command or option", "see unsent --help");
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

}  // namespace
}  // namespace unsent

int main(int argc, char** argv) {
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
