// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <csignal>
#include <exception>

#include "app/command.h"
#include "deliver/carrier.h"

namespace unsent {
namespace {

OptionGroup deliver_options(DeliveryOptions& options) {
  OptionGroup group("Delivery");
  group.text("quarantine", "FOLDER", options.quarantine, "the Maildir for what is put away")
      .flag("qmail", options.is_qmail,
            "statuses of qmail: 99 if the message was put away, 111 for 75")
      .add(mailbox_options(options.mailbox))
      .add(arrival_options(options.arrival));
  return group;
}

bool has_word(const Arguments& arguments, std::string_view wanted) {
  for (const std::string& word : arguments.words)
    if (word == wanted) return true;
  return false;
}

}  // namespace

Outcome cmd_deliver(const Arguments& arguments) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is a failed write
  ::umask(077);
  const int try_again = try_again_status(has_word(arguments, "--qmail"));
  const Complaints complain(has_word(arguments, "--verbose") || has_word(arguments, "-v"));
  try {
    DeliveryOptions options;
    const auto parsed = parse_options(
        arguments, "unsent deliver [OPTION…]: standard input into a mailbox, or put away",
        deliver_options(options));
    if (parsed && parsed->wants_help) return 0;
    if (parsed && parsed->operands.empty()) return carry(arguments, options);
    complain(parsed ? parsed->operands.front() + ": not an option" : parsed.error().message);
  } catch (const std::exception& error) {
    complain(error.what());
  }
  return try_again;
}

}  // namespace unsent
