// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "app/command.h"
#include "base/file.h"
#include "ledger/entry.h"
#include "mailbox/sent_look.h"
#include "serve/remote_ledger.h"
#include "setup/key_file.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "submit/remember.h"

namespace unsent {
namespace {

struct RecordOptions {
  std::optional<std::string> ledger;
  bool has_all_recipients = false;
  bool is_partial = false;
};

OptionGroup record_options(RecordOptions& options) {
  OptionGroup group;
  group.text("ledger", "FILE", options.ledger, "the ledger to write to")
      .flag("all-recipients", options.has_all_recipients,
            "the header names all recipients: no Bcc was taken out of it")
      .flag("partial", options.is_partial,
            "there may be more than it names (this is so unless it is said)");
  return group;
}

}  // namespace

Outcome cmd_record(const Arguments& arguments) {
  RecordOptions options;
  const auto parsed = parse_options(
      arguments, "unsent record [OPTION…]: remember the message on standard input as sent",
      record_options(options));
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, "record: the message is read from standard input",
                "unsent record < " + parsed->operands.front());
  if (options.is_partial && options.has_all_recipients)
    return fail(ErrorCode::usage, "--partial and --all-recipients exclude each other");
  const auto config = load_config_in_service(arguments.config_path);
  if (!config) return config.failure();
  const auto path = ledger_path(options.ledger, *config);
  if (!path) return path.failure();
  if (!is_service(*path)) warn_of_ledger_key(*path, *config);
  auto bytes = read_all(STDIN_FILENO, "standard input");
  if (!bytes) return bytes.failure();
  const Message message = Message::parse(std::move(*bytes));
  if (is_bounce_that_came(message.headers()))
    return fail(ErrorCode::data, "standard input: is a bounce that came, and was not sent",
                "record wants a message as it was sent");
  Entry entry = entry_of(message);
  // A copy that a server or a pipe hands over has lost its Bcc.
  entry.has_all_recipients = options.has_all_recipients && !entry.recipients.empty();
  if (!entry.is_usable())
    return fail(ErrorCode::data, "standard input: neither a Message-ID nor From and Date",
                "record wants a message as it was sent");
  const auto recorded = record_sent(*path, *config, entry);
  return recorded ? Outcome(0) : Outcome(recorded.failure());
}

}  // namespace unsent
