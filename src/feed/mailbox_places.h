// SPDX-License-Identifier: MIT
// How far mailboxes were read into the ledger, so that the next run reads only what is
// new: of an mbox what stands behind its last message, of a folder the files that came or
// changed since, whatever clocks say.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>

#include "feed/import.h"
#include "mail/message.h"
#include "mailbox/mailbox.h"
#include "mailbox/place.h"

namespace unsent {

// Not sent, but kept to be: by Maildir's flag or, in an mbox, a Status line.
bool is_draft(const StoredMessage& stored, const Message& message);

class MailboxPlaces {
 public:
  // Of the mailbox at path. again: all of it is new. import must outlive it.
  MailboxPlaces(const std::string& path, bool again, Import& import);

  // As walk_mailbox asks; what the ledger cannot answer was not read.
  std::uint64_t read_before(const std::string& path, const struct stat& status, int fd);
  // Messages that were not read again.
  std::uint64_t passed_over() const { return passed_over_; }
  // To be told of every message that was read.
  void has_read(const StoredMessage& message);
  // More may be in the file that was opened last than was understood: it is read again.
  void forget_last();
  // After a walk without problems: to the ledger, in the transaction of what was read.
  Result<void> save();

 private:
  struct Folder {
    std::int64_t key = 0;
    std::unordered_set<std::uint64_t> known;  // files, as the last run left them
    std::unordered_set<std::uint64_t> present;
  };
  struct Mbox {
    PlaceKeeper keeper;
    std::uint64_t before = 0;  // messages, before the last
  };
  struct KnownMbox {
    Place place;
    std::uint64_t before = 0;
  };

  std::optional<KnownMbox> known_mbox(const std::string& path);
  std::uint64_t mbox_place(const std::string& name, int fd);
  Folder& folder_at(const std::string& path);

  Import& import_;
  bool is_again_;
  bool is_folder_ = false;
  std::map<std::string, Folder> folders_;
  std::map<std::string, Mbox> mboxes_;  // by name as given
  std::string opened_name_;             // the last file that read_before was asked of
  Folder* opened_folder_ = nullptr;     // where it lies, and
  std::uint64_t opened_file_ = 0;       // its hash there
  std::set<std::string> forgotten_;     // names
  Mbox opened_;
  std::uint64_t passed_over_ = 0;
};

}  // namespace unsent
