// SPDX-License-Identifier: MIT
// The user's mailbox as deliver and quarantine name it: --maildir, --mbox, or the config's.
#pragma once

#include <string>

#include "app/options.h"
#include "base/file.h"
#include "base/result.h"
#include "mailbox/maildir_store.h"

namespace unsent {

struct MailboxName {
  std::string path;
  bool is_maildir = true;
  Missing missing = Missing::refuse;  // --create
};

boost::program_options::options_description mailbox_options();

// nullopt: none is named anywhere. Both options at once are a usage error.
Result<std::optional<MailboxName>> read_mailbox_options(const Parsed& parsed, const Config& config);

// One message to be stored, with what an mbox wants to know beside its bytes.
struct Delivery {
  Pieces pieces;          // without a From_ line
  std::string from_line;  // for an mbox
  std::string key;        // see MaildirOptions
};

enum class Delivered { now, before };
Result<Delivered> store(const MailboxName& mailbox, const Delivery& delivery);

// An earlier try has put it there, and there it still is.
Result<bool> is_stored(const MailboxName& mailbox, const Delivery& delivery);

}  // namespace unsent
