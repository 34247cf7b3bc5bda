// SPDX-License-Identifier: MIT
// The files in which it is noted what was read: whole, or not believed at all.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/whole_file.h"
#include "mailbox/place.h"
#include "store/content_hash.h"

namespace unsent {

// A message in an mbox that could not be told.
struct SeenMessage {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string digest;  // of its bytes
};

// How far an mbox was read, and what was found.
struct MboxNote {
  std::uint64_t inode = 0;
  std::string modified;  // when it was opened
  Place place;
  std::string ledger;                   // as it was
  std::vector<SeenMessage> unverified;  // in the order of the file
};

std::string encode_note(const MboxNote& note);
// Adds what one line of it says; no place is known as long as none says so.
void decode_note(std::string_view line, MboxNote& note);

// Gives each line of a note to take, without its end: none if there is no note. False: it is
// damaged (cut short, changed, or not to be read), and nothing was taken.
bool read_note(const std::string& path, const std::function<void(std::string_view)>& take);

// Mode 0600; what was there stays until the new one is on the disk. The folder is synced by the
// caller, once for all notes.
class NoteWriter {
 public:
  static Result<NoteWriter> begin(const std::string& path);
  Result<void> add(std::string_view lines);
  Result<void> finish();

 private:
  explicit NoteWriter(WholeFile file) : file_(std::move(file)) {}

  WholeFile file_;
  ContentHash hash_;
};

}  // namespace unsent
