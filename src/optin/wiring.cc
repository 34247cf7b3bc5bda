// SPDX-License-Identifier: MIT
#include "optin/wiring.h"

#include <fmt/format.h>
#include <unistd.h>

#include <climits>

#include "policy/policy.h"
#include "setup/user.h"

namespace unsent {
namespace {

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

}  // namespace

Result<Wiring> make_wiring(Agent agent, const WiringWish& wish, const Config& config) {
  Wiring wiring;
  auto program = program_path(wish.program);
  if (!program) return program.failure();
  wiring.program = std::move(*program);
  wiring.user = user_name();
  if (agent == Agent::forward || agent == Agent::exim || agent == Agent::qmail) {
    auto words = mailbox_words(wish.mailbox, config);
    if (!words) return words.failure();
    wiring.mailbox = std::move(*words);
  }
  // By what happens to a bounce of mail that nobody sent: a drop is not for an agent.
  const Handling handling = config.policy.handling(Verdict::backscatter, Kind::bounce);
  if (handling == Handling::quarantine || handling == Handling::drop)
    wiring.quarantine = quarantine_path(config);
  return wiring;
}

}  // namespace unsent
