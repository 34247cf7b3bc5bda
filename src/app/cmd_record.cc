// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "app/key_file.h"
#include "app/output.h"
#include "app/pending.h"
#include "app/setup.h"
#include "base/file.h"
#include "ledger/sqlite_ledger.h"

namespace unsent {

Outcome cmd_record(const Arguments& arguments) {
  boost::program_options::options_description options("Options");
  options.add_options()("ledger", boost::program_options::value<std::string>()->value_name("FILE"),
                        "the ledger to write to")                                        //
      ("all-recipients", "the header names all recipients: no Bcc was taken out of it")  //
      ("partial", "there may be more than it names (this is so unless it is said)");
  const auto parsed = parse_options(
      arguments, "unsent record [OPTION…]: remember the message on standard input as sent",
      options);
  if (!parsed) return parsed.failure();
  if (parsed->wants_help) return 0;
  if (!parsed->operands.empty())
    return fail(ErrorCode::usage, "record: the message is read from standard input",
                "unsent record < " + parsed->operands.front());
  if (parsed->has("partial") && parsed->has("all-recipients"))
    return fail(ErrorCode::usage, "--partial and --all-recipients exclude each other");
  const auto config = load_config(arguments.config_path);
  if (!config) return config.failure();
  const auto path = ledger_path(parsed->text("ledger"), *config);
  if (!path) return path.failure();
  warn_of_ledger_key(*path, *config);
  auto bytes = read_all(STDIN_FILENO, "standard input");
  if (!bytes) return bytes.failure();
  Entry entry = entry_of(Message::parse(std::move(*bytes)));
  // A copy that a server or a pipe hands over has lost its Bcc.
  entry.has_all_recipients = parsed->has("all-recipients") && !entry.recipients.empty();
  if (!entry.is_usable())
    return fail(ErrorCode::data, "standard input: neither a Message-ID nor From and Date",
                "record wants a message as it was sent");
  auto ledger = SqliteLedger::open_for_writing(*path, texts_of(*config));
  if (!ledger) return ledger.failure();
  auto transaction = (*ledger)->begin();
  if (!transaction) return transaction.failure();
  if (auto recorded = (*ledger)->record(entry, "record", current_time()); !recorded)
    return recorded.failure();
  if (auto committed = transaction->commit(); !committed) return committed.failure();
  if (auto taken = take_pending(*path, **ledger, current_time()); !taken)
    complain(taken.error().message);
  return 0;
}

}  // namespace unsent
