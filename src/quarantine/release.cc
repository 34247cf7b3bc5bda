// SPDX-License-Identifier: MIT
#include "quarantine/release.h"

#include <unistd.h>

#include <cerrno>

#include "base/digest.h"
#include "base/file.h"
#include "mail/address.h"
#include "mail/message.h"
#include "policy/annotate.h"
#include "store/mbox_store.h"

namespace unsent {

Result<void> take_away(const Quarantined& one) {
  if (::unlink(one.path.c_str()) != 0 && errno != ENOENT) return os_failure(one.path, errno);
  return {};
}

Result<void> release_one(const Quarantined& one, const MailboxName& mailbox, Time now) {
  const auto bytes = read_file(one.path);
  if (!bytes) return bytes.failure();
  const auto path = Address::parse(Message::view(*bytes).headers().text("Return-Path"));
  const Delivery delivery{annotated_pieces(*bytes, ""),
                          make_from_line(path ? path->text() : "", now),
                          digest("released", one.id)};
  if (auto stored = store(mailbox, delivery); !stored) return stored.failure();
  // A disk that is full keeps nobody from his mail.
  static_cast<void>(note_released(folder_of(folder_of(one.path)), one.id).has_value());
  return take_away(one);
}

}  // namespace unsent
