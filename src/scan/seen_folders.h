// SPDX-License-Identifier: MIT
// What earlier scans have read of folders at servers, by UIDVALIDITY and UIDNEXT: the place of
// reading on is the one of mailbox/place.h, its head the former, its next the latter. Messages
// that could not be told are read again once the ledger has changed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "imap/walk.h"
#include "mailbox/mailbox.h"
#include "scan/seen_note.h"

namespace unsent {

class SeenFolders {
 public:
  // folder: where it is noted. ledger: anything that differs when the ledger does.
  SeenFolders(std::string folder, std::string ledger)
      : folder_(std::move(folder)), ledger_(std::move(ledger)) {}

  struct Start {
    ImapSeen seen;
    UidSet again;
  };
  Start start_of(const std::string& url);
  // The folder was read to its end.
  void has_read(const std::string& url, const ImapSeen& seen);
  // Of what was read; digest: "" where not all of it was.
  void has_judged(const StoredMessage& stored, bool is_unverified, const std::string& digest);
  // Notes it all for the next time; the folder of the notes is synced by the caller.
  Result<void> save() const;

  const std::vector<std::string>& damaged() const { return damaged_; }

 private:
  struct Folder {
    MboxNote note;  // of before, and of now once it was read
    bool was_read = false;
    std::vector<SeenMessage> fresh;  // unverified, of this run
  };
  std::string note_of(const std::string& url) const;

  std::string folder_;
  std::string ledger_;
  std::map<std::string, Folder> folders_;
  std::vector<std::string> damaged_;
};

}  // namespace unsent
