// SPDX-License-Identifier: MIT
// Messages that are files of their own (Maildir, MH, message files): put away by a rename,
// and put back by one.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "acting/act.h"
#include "acting/renamed_files.h"
#include "base/result.h"

namespace unsent {

// Message files a step: so many renames for one line of the log on the disk.
constexpr std::size_t kFilesAtOnce = 500;

struct FileMove {
  std::uint64_t number = 0;
  std::string from;
  std::string to;      // in the quarantine, or file-N of the record
  std::string tagged;  // where the tagged one is then: its size may be part of its name
};
// Those of the log, in order, until take returns false.
void for_each_move(const Act& act, const std::function<bool(const FileMove&)>& take);

// Does the act's deed to up to kFilesAtOnce messages. first: the number of the first. A
// Maildir's message that was renamed meanwhile (flags) is found; one that is gone or has
// changed is left alone and named in problems. How many were moved; an error: none.
Result<std::uint64_t> act_on_files(const Act& act, const std::vector<Planned>& messages,
                                   std::uint64_t first, RenamedFiles& renamed,
                                   std::vector<std::string>& problems);

// What a killed run left beside files.
void roll_back_files(const Act& act);

struct FilesUndone {
  std::uint64_t messages = 0;
  std::uint64_t gone = 0;  // no longer where they were put: released, purged, deleted
  std::string first_gone;  // where it was put
};
// Puts every file back where it was, with the flags that it had. What keeps a file from its place
// is named in problems.
Result<FilesUndone> undo_files(const Act& act, std::vector<std::string>& problems);

}  // namespace unsent
