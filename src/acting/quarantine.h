// SPDX-License-Identifier: MIT
// What was put away: a Maildir whose messages bear our header block, so that each tells
// why it is there.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "mail/message.h"

namespace unsent {

struct Quarantined {
  std::string id;  // the file's name without flags; any unambiguous beginning will do
  std::string path;
  Time since;  // by the file's name, else its last change
  std::uint64_t size = 0;
};

// What is there, oldest first, without a look into the messages. A folder that is not there
// holds nothing.
Result<std::vector<Quarantined>> list_quarantine_files(const std::string& folder);

// The same messages, read one at a time.
class QuarantineReader {
 public:
  explicit QuarantineReader(const std::string& folder);

  // At most kMaxSeen bytes; nullopt: it cannot be read, or has been taken away meanwhile.
  static std::optional<Message> read(const Quarantined& one);
  // The value of X-Unsent-Verdict, as noted in unsent-reasons or else in the message; "" where
  // there is none.
  std::string why(const Quarantined& one, const Message& message) const;

 private:
  std::unordered_map<std::string, std::string> reasons_;  // by id
};

// Why messages are there that were moved into the quarantine as they are, without our
// header: lines of encode_fields({id, header block}). Kept in unsent-reasons beside them,
// as far as it can be written; what is gone may stand there still.
void add_quarantine_reasons(const std::string& folder, std::string_view lines);

// What was released is in its mailbox again: taking back the act that put it away must not put it
// back a second time. Noted in unsent-released beside the messages, by id.
Result<void> note_released(const std::string& folder, const std::string& id);
std::set<std::string> released_from(const std::string& folder);

// A message file that a scan moved here, and not the copy of one in an mbox: there is no other.
bool was_moved_here(const Quarantined& one);

// Deletes what came before then; how many.
Result<std::int64_t> purge_quarantine(const std::string& folder, Time before);

}  // namespace unsent
