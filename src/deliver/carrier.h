// SPDX-License-Identifier: MIT
// One message from standard input into a mailbox, or put away. Whatever goes wrong, it arrives in
// some form, or the mail system is told to keep it and try again; what an earlier try has put
// there is not put there twice.
#pragma once

#include <optional>
#include <string>

#include "deliver/arrival.h"
#include "deliver/chosen_store.h"
#include "setup/arguments.h"

namespace unsent {

struct DeliveryOptions {
  std::optional<std::string> quarantine;  // a Maildir
  bool is_qmail = false;                  // statuses and environment of qmail
  MailboxOptions mailbox;
  ArrivalOptions arrival;
};

// The status by which the mail system keeps the message.
constexpr int try_again_status(bool is_qmail) { return is_qmail ? 111 : 75; }

// Gives the exit status: 0, also where it was put away (99 for qmail, which then delivers no
// further); try_again_status() where it is nowhere yet.
int carry(const Arguments& arguments, const DeliveryOptions& options);

}  // namespace unsent
