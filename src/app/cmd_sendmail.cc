// SPDX-License-Identifier: MIT
// In the place of sendmail: hands the message to the real one, remembers it when that has
// taken it, and ends with its status. Nothing of ours ever keeps a message from going out.
#include <unistd.h>

#include <exception>
#include <iostream>

#include "app/command.h"
#include "app/last_resort.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "submit/real_sendmail.h"
#include "submit/remember.h"
#include "submit/sendmail_call.h"
#include "submit/submission.h"
#include "submit/tagging.h"

namespace unsent {
namespace {

constexpr int kTempFail = static_cast<int>(ErrorCode::temp_fail);

constexpr const char* kHelp =
    "unsent sendmail [OPTION…] [SENDMAIL-OPTION…] [RECIPIENT…]: send the message on standard\n"
    "input by the real sendmail, and remember it\n\n"
    "Options:\n"
    "  --real PROGRAM  the real one, else /usr/sbin/sendmail or /usr/lib/sendmail\n"
    "  --ledger FILE   the ledger to write to\n"
    "  --domain D      for the Message-ID of a message that has none\n"
    "  --tag           mark it with our tag, as `unsent tag` does\n"
    "  --keys FILE     the file of keys, with --tag\n"
    "  --help          this\n\n"
    "All others are the real program's; -t, -f, -r, -i, -oi, -V and -b are understood.\n";

// What goes wrong with the tag keeps no message from going out.
Result<std::string> tagged(const SendmailCall& call, const Result<Config>& config,
                           const std::string& bytes, Time now) {
  if (!config) return config.failure();
  const auto keys = key_file_path(call.keys, *config);
  if (!keys) return keys.failure();
  return with_tag(Message::view(bytes), *keys, now);
}

// It is out: nothing that goes wrong here may have it sent again.
void remember_sent(const SendmailCall& call, const Result<Config>& config, std::string bytes,
                   Time now) try {
  const Entry entry = entry_of_call(call, Message::parse(std::move(bytes)), now);
  const auto kept =
      config ? remember(call.ledger, *config, entry, now) : Result<void>(config.failure());
  if (!kept) complain("not remembered as sent: " + kept.error().message);
} catch (const std::exception&) {
  complain_of_memory();
}

}  // namespace

Outcome cmd_sendmail(const Arguments& arguments) {
  const auto call = parse_sendmail_call(arguments.words);
  if (!call) return call.failure();
  if (call->wants_help) {
    std::cout << kHelp;
    return 0;
  }
  const auto program = real_sendmail(call->real);
  if (!program) return program.failure();
  RealSendmail real(*program, call->words);
  if (!call->is_submission) real.become();
  auto bytes = read_submission(STDIN_FILENO, call->ends_at_dot ? EndsAt::dot : EndsAt::end_of_file);
  if (!bytes) return bytes.failure();
  const Time now = current_time();
  const auto config = load_config(arguments.config_path, Unknown::is_problem);
  const std::string id =
      new_message_id(*call, config ? *config : Config(), Message::view(*bytes), now);
  *bytes = with_message_id(std::move(*bytes), id);
  if (call->wants_tag) {
    auto with = tagged(*call, config, *bytes, now);
    if (with)
      bytes = std::move(*with);
    else
      complain("sent without our tag: " + with.error().message +
               (with.error().hint.empty() ? "" : "; " + with.error().hint));
  }
  auto status = real.send(*bytes);
  if (!status || (*status != 0 && *status != kTempFail)) return status;
  remember_sent(*call, config, std::move(*bytes), now);
  return status;
}

}  // namespace unsent
