// SPDX-License-Identifier: MIT
// The user's mailbox as deliver and quarantine name it: --maildir, --mbox, or the config's.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "setup/options.h"
#include "store/maildir_store.h"

namespace unsent {

struct MailboxName {
  std::string path;
  bool is_maildir = true;
  Missing missing = Missing::refuse;  // --create
};

struct MailboxOptions {
  std::optional<std::string> maildir;
  std::optional<std::string> mbox;
  bool creates = false;
};
OptionGroup mailbox_options(MailboxOptions& options);

// nullopt: none is named anywhere. Both options at once are a usage error.
Result<std::optional<MailboxName>> read_mailbox_options(const MailboxOptions& options,
                                                        const Config& config);

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
