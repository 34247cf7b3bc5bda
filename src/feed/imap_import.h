// SPDX-License-Identifier: MIT
// What was sent, from a folder at a server: the headers alone, and of a folder that was read before
// only what has come since.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "feed/import.h"
#include "imap/accounts.h"
#include "mailbox/sent_look.h"

namespace unsent {

// Of an account that is named as a whole, its Sent folder.
Result<ImapPlace> find_sent(ImapAccounts& accounts, const std::string& url);

// How far it was read is kept in the ledger, by UIDVALIDITY and UIDNEXT, in the transaction of what
// was read. again: all of it.
Result<void> import_folder(ImapAccounts& accounts, const ImapPlace& place, bool again,
                           Import& import, std::vector<std::string>& problems);

// As look_at_mailbox.
Result<MailboxLook> look_at_folder(ImapAccounts& accounts, const ImapPlace& place,
                                   const std::function<bool(const Address&)>& is_ours);

}  // namespace unsent
