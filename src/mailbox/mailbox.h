// SPDX-License-Identifier: MIT
// Walking the messages of a mailbox, whatever it is: an mbox, a Maildir, a single
// message, or a folder of any of these. Reads only; never more than a window in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unsent {

struct StoredMessage {
  const std::string& path;   // of the file that holds it
  std::uint64_t offset = 0;  // of its first byte (its From_ line in an mbox)
  std::uint64_t size = 0;    // in bytes, all of it
  // Its bytes, at most kMaxSeen of them; valid during the visit only.
  std::string_view bytes;
};

// More of one message is not held in memory: nothing that is judged lies behind it.
constexpr std::size_t kMaxSeen = 16 * 1024 * 1024;

// An error stops the walk and is passed on.
using Visit = std::function<Result<void>(const StoredMessage&)>;

// Visits every message in a stable order: as they lie in an mbox, by file name in a
// folder. Files within a folder that cannot be read are named in problems and passed
// over; a path that cannot be read at all, or is nothing of the above, is an error.
Result<void> walk_mailbox(const std::string& path, const Visit& visit,
                          std::vector<std::string>& problems);

// Does line begin a message of an mbox? "From ", a sender, and a date with a clock time.
bool is_mbox_separator(std::string_view line);

}  // namespace unsent
