// SPDX-License-Identifier: MIT
// What earlier scans have read, so that the next one reads only what has come since: of an
// mbox how far, of other mailboxes which files. A mailbox that is not surely what it was is
// read from its beginning. Messages that could not be told are read again once the ledger
// that they are judged by has changed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "acting/act_mbox.h"
#include "base/result.h"
#include "mailbox/mailbox.h"
#include "scan/seen_note.h"

namespace unsent {

class SeenMail {
 public:
  // folder: where it is noted. ledger: anything that differs when the ledger does.
  SeenMail(std::string folder, std::string ledger)
      : folder_(std::move(folder)), ledger_(std::move(ledger)) {}

  struct Start {
    std::uint64_t offset = 0;        // of the first message that is new
    std::vector<SeenMessage> again;  // before that, in order: they are still there
  };

  // As WalkOptions::read_before asks: the whole size if nothing of the file need be read.
  Start start_of(const std::string& path, const struct stat& status, int fd);
  // The file of the last start_of could not be read to its end, perhaps.
  void forget_last();

  // To be told of every message from offset on, when it is read.
  void has_read(const StoredMessage& stored);
  // And in the same order, with those of again, when it is judged.
  // digest: of its bytes, if it is unverified; "" where not all of them were read.
  void has_judged(const StoredMessage& stored, bool is_unverified, const std::string& digest);
  // An act has put another file in the mbox's place.
  void rewritten(const MboxRecord& record);
  // Notes it all for the next time.
  Result<void> save();

  // Notes that are not believed; what they told of is read again.
  const std::vector<std::string>& damaged() const { return damaged_; }

 private:
  struct Mbox {
    MboxNote note;
    PlaceKeeper keeper;
  };
  // Files that were read before.
  struct Keys {
    std::vector<std::uint64_t> keys;  // sorted
    std::vector<bool> are_there;      // still, of each
    // Its index.
    std::optional<std::size_t> find(std::uint64_t key) const;
  };
  struct Folder {
    bool is_same_ledger = false;
    Keys seen;
    Keys unverified;
    std::vector<std::uint64_t> now_seen;        // all that were read in this run
    std::vector<std::uint64_t> now_unverified;  // of these
  };
  struct File {
    Folder* folder = nullptr;
    std::uint64_t key = 0;
  };
  std::string note_of(const char* what, const std::string& real) const;
  void read_believed(const std::string& path, const std::function<void(std::string_view)>& take);
  static Result<void> add_keys(NoteWriter& note, char mark, const Keys& before,
                               const std::vector<std::uint64_t>& fresh);
  Result<void> save_folder(const std::string& path, Folder& folder) const;
  Result<void> save_mbox(const std::string& path, const Mbox& mbox) const;
  bool start_of_mbox(const struct stat& status, int fd, Start& start);
  bool has_file(const File& file);
  void enter(const std::string& folder);
  Folder& folder_at(const std::string& path);

  std::string folder_;
  std::string ledger_;
  std::map<std::string, Mbox> mboxes_;     // by real path
  std::map<std::string, Folder> folders_;  // by real path
  // Of the last start_of.
  std::string path_;  // as it was named
  std::string real_;
  File file_;
  Mbox opened_;                // if it is an mbox
  std::deque<File> to_judge_;  // files, one for each message that was read
  std::string last_folder_;    // as it was named, with cur and new
  bool is_maildir_ = false;
  Folder* last_ = nullptr;
  std::vector<std::string> damaged_;
};

}  // namespace unsent
