// SPDX-License-Identifier: MIT
#include "optin/system_mail.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.h"
#include "optin/agent_trial.h"

namespace unsent {
namespace {

using Server = SystemMail::Server;

constexpr std::string_view kSieveFolder = "/usr/lib/dovecot/sieve-filter";

std::string setting(const std::string& program, const std::string& name) {
  const auto text = output_of({program, "-h", name});
  return text ? std::string(trim(*text)) : std::string();
}

Server server_of(const std::string& postconf) {
  if (!postconf.empty()) return Server::postfix;
  std::error_code none;
  const std::string real =
      std::filesystem::canonical("/usr/sbin/sendmail", none).filename().string();
  if (real.find("exim") != real.npos) return Server::exim;
  if (real.find("smtpctl") != real.npos) return Server::opensmtpd;
  if (::access("/var/qmail/bin/qmail-local", X_OK) == 0) return Server::qmail;
  if (real.find("sendmail") != real.npos && ::access("/etc/mail/sendmail.cf", F_OK) == 0)
    return Server::sendmail;
  return Server::unknown;
}

std::string_view name_of(Server server) {
  switch (server) {
    case Server::unknown:
      return "this host";
    case Server::postfix:
      return "Postfix";
    case Server::exim:
      return "Exim";
    case Server::opensmtpd:
      return "OpenSMTPD";
    case Server::qmail:
      return "qmail";
    case Server::sendmail:
      return "Sendmail";
  }
  return "";
}

Guess guess_of_postfix(const std::string& handed_to) {
  if (handed_to.empty()) return {Agent::forward, "Postfix delivers itself, and reads ~/.forward"};
  const std::string why = "Postfix hands mail to " + handed_to;
  if (contains_ignoring_case(handed_to, "procmail")) return {Agent::procmail, why};
  if (contains_ignoring_case(handed_to, "maildrop")) return {Agent::maildrop, why};
  if (contains_ignoring_case(handed_to, "dovecot") || contains_ignoring_case(handed_to, "lmtp:"))
    return {Agent::sieve, why};
  return {Agent::forward, why + ", and reads ~/.forward before that"};
}

bool is_called(Agent agent, const SystemMail& system) {
  return system.server != Server::postfix ||
         contains_ignoring_case(system.handed_to, name_of(agent));
}

std::string for_sieve(const SystemMail& system, std::string_view program) {
  if (!system.has_dovecot) return {};
  const std::string folder(system.sieve_folder.empty() ? kSieveFolder : system.sieve_folder);
  std::string lines;
  const bool has_plugin = contains_ignoring_case(system.sieve_plugins, "sieve_extprograms");
  const bool has_filter = contains_ignoring_case(system.sieve_extensions, "vnd.dovecot.filter");
  if (!has_plugin || !has_filter || system.sieve_folder.empty())
    lines += fmt::format(
        "in /etc/dovecot/conf.d/90-sieve.conf:\n\n  plugin {{\n    sieve_plugins = "
        "sieve_extprograms\n    sieve_extensions = +vnd.dovecot.filter\n    sieve_filter_bin_dir = "
        "{}\n  }}\n\n",
        folder);
  if (::access((folder + "/unsent").c_str(), X_OK) != 0)
    lines +=
        fmt::format("and once:\n\n  mkdir -p {0}\n  ln -s {1} {0}/unsent\n\n", folder, program);
  return lines;
}

}  // namespace

SystemMail ask_system() {
  SystemMail system;
  const std::string postconf = find_program("postconf");
  system.server = server_of(postconf);
  if (system.server == Server::postfix) {
    system.handed_to = setting(postconf, "mailbox_transport");
    if (system.handed_to.empty()) system.handed_to = setting(postconf, "mailbox_command");
  }
  const std::string doveconf = find_program("doveconf");
  system.has_dovecot = !doveconf.empty();
  if (system.has_dovecot) {
    system.sieve_plugins = setting(doveconf, "plugin/sieve_plugins");
    system.sieve_extensions = setting(doveconf, "plugin/sieve_extensions");
    system.sieve_folder = setting(doveconf, "plugin/sieve_filter_bin_dir");
  }
  return system;
}

std::optional<Guess> guess_agent(const SystemMail& system) {
  switch (system.server) {
    case Server::postfix:
      return guess_of_postfix(system.handed_to);
    case Server::exim:
      return Guess{Agent::exim, "Exim delivers here, and reads ~/.forward"};
    case Server::opensmtpd:
    case Server::sendmail:
      return Guess{Agent::forward,
                   fmt::format("{} delivers here, and reads ~/.forward", name_of(system.server))};
    case Server::qmail:
      return Guess{Agent::qmail, "qmail delivers here, and reads ~/.qmail"};
    case Server::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string administrator_lines(Agent agent, const SystemMail& system, std::string_view program) {
  switch (agent) {
    case Agent::sieve:
      return for_sieve(system, program);
    case Agent::procmail:
      return is_called(agent, system)
                 ? ""
                 : "in /etc/postfix/main.cf, unless a ~/.forward calls it:\n\n"
                   "  mailbox_command = /usr/bin/procmail -a \"$EXTENSION\"\n\n";
    case Agent::maildrop:
      return is_called(agent, system) ? ""
                                      : "in /etc/postfix/main.cf, unless a ~/.forward calls it:\n\n"
                                        "  mailbox_command = /usr/bin/maildrop -d ${USER}\n\n";
    case Agent::forward:
    case Agent::exim:
    case Agent::qmail:
    case Agent::site:
      return {};
  }
  return {};
}

}  // namespace unsent
