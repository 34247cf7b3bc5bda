// SPDX-License-Identifier: MIT
#include "optin/system_mail.h"

#include <doctest/doctest.h>

#include "optin/installed.h"

namespace unsent {
namespace {

using Server = SystemMail::Server;

SystemMail postfix(const std::string& handed_to) {
  SystemMail system;
  system.server = Server::postfix;
  system.handed_to = handed_to;
  return system;
}

SystemMail other(Server server) {
  SystemMail system;
  system.server = server;
  return system;
}

}  // namespace

TEST_CASE("the agent follows from what the mail system says of itself, or nothing does") {
  struct Row {
    SystemMail system;
    std::optional<Agent> agent;
  };
  const Row rows[] = {
      {postfix(""), Agent::forward},
      {postfix("/usr/bin/procmail -a \"$EXTENSION\""), Agent::procmail},
      {postfix("/usr/bin/maildrop -d ${USER}"), Agent::maildrop},
      {postfix("/usr/lib/dovecot/dovecot-lda -f \"$SENDER\""), Agent::sieve},
      {postfix("lmtp:unix:private/dovecot-lmtp"), Agent::sieve},
      {postfix("/opt/other/deliver"), Agent::forward},
      {other(Server::exim), Agent::exim},
      {other(Server::opensmtpd), Agent::forward},
      {other(Server::sendmail), Agent::forward},
      {other(Server::qmail), Agent::qmail},
      {other(Server::unknown), std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.system.handed_to);
    const auto guess = guess_agent(row.system);
    CHECK(guess.has_value() == row.agent.has_value());
    if (guess && row.agent) {
      CHECK(guess->agent == *row.agent);
      CHECK(!guess->why.empty());
    }
  }
}

TEST_CASE("the administrator is told what is missing, and nothing where nothing is") {
  const std::string program = "/usr/bin/unsent";
  for (const Agent agent : {Agent::forward, Agent::exim, Agent::qmail, Agent::site})
    CHECK(administrator_lines(agent, postfix(""), program).empty());
  CHECK(administrator_lines(Agent::procmail, postfix("/usr/bin/procmail"), program).empty());
  CHECK(administrator_lines(Agent::procmail, other(Server::exim), program).empty());
  CHECK(administrator_lines(Agent::procmail, postfix(""), program).find("mailbox_command") !=
        std::string::npos);
  CHECK(administrator_lines(Agent::maildrop, postfix("/usr/bin/procmail"), program)
            .find("maildrop -d") != std::string::npos);
  SystemMail dovecot = postfix("lmtp:unix:private/dovecot-lmtp");
  CHECK(administrator_lines(Agent::sieve, dovecot, program).empty());
  dovecot.has_dovecot = true;
  std::string lines = administrator_lines(Agent::sieve, dovecot, program);
  CHECK(lines.find("sieve_plugins = sieve_extprograms") != std::string::npos);
  CHECK(lines.find("ln -s /usr/bin/unsent /usr/lib/dovecot/sieve-filter/unsent") !=
        std::string::npos);
  dovecot.sieve_plugins = "sieve_extprograms";
  dovecot.sieve_extensions = "+vnd.dovecot.filter";
  dovecot.sieve_folder = "/nowhere/sieve";
  lines = administrator_lines(Agent::sieve, dovecot, program);
  CHECK(lines.find("sieve_plugins") == std::string::npos);
  CHECK(lines.find("/nowhere/sieve/unsent") != std::string::npos);
}

TEST_CASE("the program that our lines call is read from them") {
  const Wiring wiring{"/opt/bin/unsent", "alice", "--maildir /home/alice/Maildir",
                      "/home/alice/Maildir/.Backscatter"};
  for (const Agent agent :
       {Agent::procmail, Agent::maildrop, Agent::forward, Agent::exim, Agent::qmail}) {
    CAPTURE(name_of(agent));
    const auto lines = make_lines(agent, wiring);
    REQUIRE(lines.has_value());
    CHECK(program_in(agent, *lines) == "/opt/bin/unsent");
    CHECK(program_in(agent, "") == "");
    CHECK(program_in(agent, "nothing of ours\n") == "");
  }
  CHECK(program_in(Agent::sieve, *make_lines(Agent::sieve, wiring)) == "");
}

}  // namespace unsent
