// SPDX-License-Identifier: MIT
// A look at a mailbox before it is imported: an inbox, taken for what was sent, would make every
// stranger's message one of ours.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "mail/address.h"
#include "mailbox/mailbox.h"

namespace unsent {

// Of the first 200 messages.
struct MailboxLook {
  std::size_t messages = 0;
  std::size_t arrived = 0;    // servers have carried them: a copy of what was sent seldom says so
  std::size_t strangers = 0;  // neither ours, nor of whoever sent most of them

  // Mail came to it: from many, and by servers.
  bool looks_received() const {
    return arrived * 2 > messages && strangers >= 2 && strangers * 5 > messages;
  }
};

// What cannot be read is passed over: the import says so.
MailboxLook look_at_mailbox(const std::string& path,
                            const std::function<bool(const Address&)>& is_ours);

// The same of what walk hands to the visitor that it is given, whose error only ends the walk.
MailboxLook look_at_walked(const std::function<void(const Visit&)>& walk,
                           const std::function<bool(const Address&)>& is_ours);

}  // namespace unsent
