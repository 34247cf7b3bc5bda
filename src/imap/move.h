// SPDX-License-Identifier: MIT
// What changes a folder at a server. Nothing is marked \Deleted before the server has said where
// its copy is and the copy has been looked at, and nothing is ever expunged but by its UID:
// whatever else is marked there stays.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "imap/session.h"
#include "imap/uid_set.h"

namespace unsent {

// The keyword that a tagged message bears.
constexpr std::string_view kBackscatterKeyword = "$Backscatter";

constexpr std::string_view kDeleted = "\\Deleted";

// UIDs here and there, one for one (RFC 4315 COPYUID).
using UidPairs = std::vector<std::pair<Uid, Uid>>;

enum class ImapWay {
  move,  // RFC 6851: all of it is the server's
  copy,  // UIDPLUS: COPY, a look, \Deleted, UID EXPUNGE. Gmail, whose MOVE into its trash closes
         // the connection and whose deleting takes a label away, is always asked this way.
  none,  // neither: messages cannot be moved so that none is lost
};
ImapWay way_of(const ImapSession& session);

// Where messages go, as it is before they come.
struct ImapTarget {
  std::uint32_t validity = 0;
  Uid next = 0;  // what comes has this or a later UID
};
Result<ImapTarget> look_at_target(ImapSession& session, const std::string& wire);

// What the server says of these messages of the open folder; those that are gone are missing.
struct ImapFacts {
  std::uint64_t size = 0;
  std::string gmail_id;
  bool is_tagged = false;   // bears kBackscatterKeyword
  bool is_deleted = false;  // is marked \Deleted
};
Result<std::map<Uid, ImapFacts>> look_at_messages(ImapSession& session, const UidSet& uids);

// What a server says of where messages are now.
struct ImapMoved {
  std::uint32_t validity = 0;  // of that folder; 0: it says nothing
  UidPairs pairs;
};

// From the open folder into another. The pairs are as the server tells them, and none where it
// does not (then whoever asked has to look). An error may have moved some.
Result<ImapMoved> move_messages(ImapSession& session, const UidSet& uids, const std::string& to);
// Likewise; without pairs it is an error.
Result<ImapMoved> copy_messages(ImapSession& session, const UidSet& uids, const std::string& to);

// Those of pairs whose second is there, and what its first was: the folder of the seconds is
// opened for that.
Result<UidPairs> checked_copies(ImapSession& session, const UidPairs& pairs,
                                const std::map<Uid, ImapFacts>& firsts, const std::string& to);

// Marks \Deleted and expunges, these alone, of the open folder.
Result<void> expunge_messages(ImapSession& session, const UidSet& uids);

enum class Flagging { set, taken };
Result<void> store_flag(ImapSession& session, const UidSet& uids, std::string_view flag,
                        Flagging how);

// By the digest of its bytes (base/digest.h) and its size as the server says: which messages of
// the open folder from that UID on, but for the taken ones, are wanted. Each is found for one only.
struct WantedMessage {
  Uid uid = 0;  // by which whoever asks knows it
  std::uint64_t size = 0;
  std::string digest;
};
Result<UidPairs> find_by_content(ImapSession& session, Uid from,
                                 const std::vector<WantedMessage>& wanted, const UidSet& taken,
                                 std::uint64_t exists);

UidSet firsts_of(const UidPairs& pairs);
UidSet seconds_of(const UidPairs& pairs);

}  // namespace unsent
