// SPDX-License-Identifier: MIT
// Every message of a folder at a server, as of a mailbox on the disk: in flat memory, in the order
// of arrival, with nothing marked as read. Of most only the header is fetched; what has been seen
// is not fetched again where the connection breaks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "imap/accounts.h"
#include "imap/uid_set.h"
#include "mailbox/mailbox.h"

namespace unsent {

// What is known of a folder from an earlier time.
struct ImapSeen {
  std::uint32_t validity = 0;  // 0: nothing
  Uid next = 0;                // all before it were seen
};

struct ImapWalkOptions {
  // Of a header: is the message wanted whole? Null: none is.
  std::function<bool(std::string_view)> wants_whole;
  // The header is wanted as it is, not without signatures that tell nothing.
  bool wants_signatures = true;
  std::optional<Time> since;            // only what the server got that day or later
  ImapSeen seen;                        // only what came after
  UidSet again;                         // and these of before; only where validity is what it was
  std::optional<std::uint64_t> newest;  // of all these no more than so many, the last ones
  // About how many bytes there are in all, as StoredMessage::read counts them; again and again.
  std::function<void(std::uint64_t)> tell_total;
};

struct ImapWalked {
  ImapPlace place;
  ImapSeen seen;  // for the next time
  std::uint64_t messages = 0;
};

// Visits as StoredMessage: path is the folder's URL, offset the UID, device UIDVALIDITY, inode
// what the server says its size is, size what the server says, bytes the header or as much as
// kMaxSeen of the whole message, modified when the server got it, read the sizes up to its end,
// kind imap. Drafts, by their flag, are passed over. What cannot be fetched is named in problems;
// that the folder cannot be read to its end is an error.
Result<ImapWalked> walk_imap(ImapAccounts& accounts, const ImapPlace& place, const Visit& visit,
                             std::vector<std::string>& problems, const ImapWalkOptions& options);

}  // namespace unsent
