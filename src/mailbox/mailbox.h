// SPDX-License-Identifier: MIT
// Mailboxes as people have them, read message by message in a stable order and in flat
// memory. Only reads: nothing is locked, changed or marked as seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

struct stat;

namespace unsent {

enum class MailboxKind {
  mbox,     // one file, its messages begin with From_ lines
  maildir,  // a folder with cur and new; Maildir++ sub-folders ".Name" beside them
  mh,       // a folder of messages that are named by number
  folder,   // a folder of message files, mboxes and other mailboxes
  message,  // one file, one message
  imap,     // a folder at a server: see imap/walk.h
};
std::string_view name_of(MailboxKind kind);

struct StoredMessage {
  const std::string& path;   // of the file that holds it; may have any byte but NUL
  std::uint64_t offset = 0;  // of its first byte (its From_ line in an mbox)
  std::uint64_t size = 0;    // in bytes, all of it
  std::string_view bytes;    // at most max_message of them; valid during the visit only
  Time modified;             // the file
  MailboxKind kind = MailboxKind::message;  // mbox: a part of the file; else all of it
  // The file can be rewritten: not a pipe, nothing compressed.
  bool is_plain = true;
  std::uint64_t read = 0;    // bytes of the file, as they are on the disk, up to its end
  std::uint64_t device = 0;  // of the file, which with inode tells it from any other
  std::uint64_t inode = 0;
};

// Within the message, as the mailbox's form has it end, a line stands that may begin another
// one (see find_doubtful, and of a message file find_joined): whoever took it away might take a
// stranger's mail along. A file that is one message by its place in a Maildir, or at a server, is
// doubted only if it begins like an mbox.
bool may_hold_another(const StoredMessage& stored);

// The same for whoever only reads: another one that has a header of mail (find_doubtful_header).
bool may_hold_unread(const StoredMessage& stored);

// An error stops the walk and is passed on.
using Visit = std::function<Result<void>(const StoredMessage&)>;

// More of one message is not held in memory: nothing that is judged lies behind it.
constexpr std::size_t kMaxSeen = std::size_t{16} << 20U;

enum class Subfolders { visit, leave };

// How many bytes of the file at path, open as fd, need not be read again: all of them, or
// of an mbox those before one of its From_ lines.
using ReadBefore =
    std::function<std::uint64_t(const std::string& path, const struct stat& status, int fd)>;

// Files and folders that were read, however they are named.
using SeenFiles = std::set<std::pair<std::uint64_t, std::uint64_t>>;

struct WalkOptions {
  std::size_t max_message = kMaxSeen;
  Subfolders subfolders = Subfolders::visit;  // of folders, MH and Maildir++
  ReadBefore read_before = {};                // asked of each regular file, if there is one
  // Told of each file in a folder that holds no mail as far as it can be read, and is no index.
  std::function<void(const std::string& path)> passed_over = {};
  SeenFiles* seen = nullptr;  // what these walks have read is not read again; not null: added to
};

// Every message of the mailbox at path: mbox by position, Maildir by delivery, MH by
// number, folders by name; files before sub-folders. Symbolic links are followed, each
// folder is read once; files in folders that hold no mail (indexes, notes) are passed
// over. gzip, xz and zstd are unpacked on the way, and of Apple Mail's .emlx the message is read.
// What is no text, or mail in a form that is not read (UTF-16, MMDF without From_ lines), is an
// error, as what it says it is, never one message. What cannot be read within the mailbox, or
// has become shorter meanwhile, is named in problems, and the walk goes on; of the path itself
// it is an error.
Result<void> walk_mailbox(const std::string& path, const Visit& visit,
                          std::vector<std::string>& problems, const WalkOptions& options = {});

}  // namespace unsent
