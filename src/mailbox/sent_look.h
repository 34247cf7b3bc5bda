// SPDX-License-Identifier: MIT
// A look at a mailbox that is said to hold what was sent: an inbox, taken for that, would make
// every stranger's message one of ours.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "mail/address.h"
#include "mail/message.h"
#include "mailbox/mailbox.h"

namespace unsent {

// A bounce that came: nobody sends one from a mail program.
bool is_bounce_that_came(const Headers& headers);

// Of the first 200 messages.
struct MailboxLook {
  std::size_t messages = 0;
  std::size_t arrived = 0;    // servers have carried them: a copy of what was sent seldom says so
  std::size_t strangers = 0;  // neither ours, nor of whoever sent most of them
  std::size_t came = 0;       // bounces, and what was delivered to somebody else than who wrote it

  // Mail came to it: from many and by servers, or to whom the last of them says.
  bool looks_received() const { return is_from_many() || came * 2 > messages; }
  // Why it looks so, as the end of a sentence about it.
  std::string why_received() const;

 private:
  bool is_from_many() const {
    return arrived * 2 > messages && strangers >= 2 && strangers * 5 > messages;
  }
};

class SentLook {
 public:
  explicit SentLook(std::function<bool(const Address&)> is_ours) : is_ours_(std::move(is_ours)) {}

  bool is_enough() const;
  void add(const Message& message);
  MailboxLook look() const;

 private:
  std::function<bool(const Address&)> is_ours_;
  MailboxLook seen_;
  std::map<std::string, std::size_t> others_;  // senders that are not ours
};

// What cannot be read is passed over: the import says so.
MailboxLook look_at_mailbox(const std::string& path,
                            const std::function<bool(const Address&)>& is_ours);

// The same of what walk hands to the visitor that it is given, whose error only ends the walk.
MailboxLook look_at_walked(const std::function<void(const Visit&)>& walk,
                           const std::function<bool(const Address&)>& is_ours);

}  // namespace unsent
