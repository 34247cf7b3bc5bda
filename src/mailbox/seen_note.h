// SPDX-License-Identifier: MIT
// The files in which it is noted what was read: whole, or not believed at all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "mailbox/content_hash.h"

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
// Adds what one line of it says; end stays 0 as long as none says what is known.
void decode_place(std::string_view line, MboxPlace& place);

// Gives each line of a note to take, without its end: none if there is no note. False: it is
// damaged (cut short, changed, or not to be read), and nothing was taken.
bool read_note(const std::string& path, const std::function<void(std::string_view)>& take);

// Mode 0600; what was there stays until the new one is on the disk.
class NoteWriter {
 public:
  static Result<NoteWriter> begin(const std::string& path);
  Result<void> add(std::string_view lines);
  Result<void> finish();

 private:
  explicit NoteWriter(std::string path) : path_(std::move(path)) {}
  Result<void> flush();

  std::string path_;
  FileDescriptor file_;
  std::string buffer_;
  ContentHash hash_;
};

}  // namespace unsent
