// SPDX-License-Identifier: MIT
// Reports that came within another message: a filter put them into its own, a gateway into
// winmail.dat or certified mail, somebody signed them. What a person forwards is his own
// mail, and a copy for an archive is the archive's: neither reports on anything.
#pragma once

#include <optional>

#include "bounce/signs.h"
#include "mail/message.h"
#include "mail/mime.h"

namespace unsent {

struct Wrapped {
  Message message;  // may view the outer one's bytes, which must outlive it
  // The outer message is nothing but its cover: what the inner one is, it is. Else it is
  // looked at itself where the inner one reports on nothing.
  bool is_all = false;
};

// What lies directly within; of that again, until there is nothing more.
std::optional<Wrapped> find_wrapped(const Message& message, const Signs& signs,
                                    const MimeTree& tree);

}  // namespace unsent
