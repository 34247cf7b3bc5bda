// SPDX-License-Identifier: MIT
// How this host delivers mail to its users, as its mail system itself says, and what follows from
// that where no file in the home tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "optin/agent_lines.h"

namespace unsent {

struct SystemMail {
  enum class Server { unknown, postfix, exim, opensmtpd, qmail, sendmail };
  Server server = Server::unknown;
  std::string handed_to;      // Postfix's mailbox_transport, else mailbox_command; "" for none
  bool has_dovecot = false;   // the next three are Dovecot's
  std::string sieve_plugins;  // plugin/sieve_plugins
  std::string sieve_extensions;
  std::string sieve_folder;  // plugin/sieve_filter_bin_dir, or ""
};
// Asks the programs that are installed; what is not there, or does not answer, is not known.
SystemMail ask_system();

struct Guess {
  Agent agent = Agent::forward;
  std::string why;  // "Postfix hands mail to /usr/bin/procmail"
};
// nullopt: nothing tells.
std::optional<Guess> guess_agent(const SystemMail& system);

// What only the administrator can set for lines of that agent to be read, with the lines, ready to
// be printed; "" where nothing is missing, as far as it is known. program: what the lines call.
std::string administrator_lines(Agent agent, const SystemMail& system, std::string_view program);

}  // namespace unsent
