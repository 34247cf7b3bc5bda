// SPDX-License-Identifier: MIT
// The files in which it is noted what was read: whole, or not believed at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unsent {

// A message in an mbox that could not be told.
struct SeenMessage {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string digest;  // of its bytes
};

// How far an mbox was read, and what it is known by.
struct MboxPlace {
  std::uint64_t inode = 0;
  std::string modified;    // when it was opened
  std::uint64_t last = 0;  // offset of the last message, which ends at end; or end
  std::uint64_t end = 0;   // 0: nothing is known
  std::uint64_t head_size = 0;
  std::string head;  // digest of its first bytes
  std::uint64_t tail_size = 0;
  std::string tail;                     // digest of the bytes before end
  std::string ledger;                   // as it was
  std::vector<SeenMessage> unverified;  // in the order of the file
};

std::string encode_place(const MboxPlace& place);
// end is 0 if text is no place.
MboxPlace decode_place(std::string_view text);

struct Note {
  std::string text;         // "" if there is none
  bool is_damaged = false;  // cut short, changed, or not to be read
};
Note read_note(const std::string& path);

// Mode 0600; what was there stays until the new one is on the disk.
Result<void> write_note(const std::string& path, std::string_view text);

}  // namespace unsent
