// SPDX-License-Identifier: MIT
// The record of one acting run, in a folder of its own: what was planned, what was done,
// and the bytes that were taken out of mailboxes, so that all of it can be taken back.
//
//   act.tsv        deed, quarantine, time
//   plan.tsv       a line for each message that is meant
//   log.tsv        what was begun, each line on the disk before the deed
//   mbox-N.tsv     the edits of the Nth mbox; there once its new file is complete
//   kept-N         the bytes that these edits took out, one behind the other
//   file-N         the Nth message file, as it was
// Of what lies at servers the log alone tells: see imap_steps.h.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/file_lines.h"
#include "base/result.h"
#include "base/time.h"
#include "base/whole_file.h"
#include "mailbox/mailbox.h"

namespace unsent {

enum class Deed { quarantine, tag, remove };
std::string_view name_of(Deed deed);

// One message, as it was when it was judged.
struct Planned {
  // mbox: part of a file; imap: path is the URL of a folder, offset the UID, device UIDVALIDITY,
  // inode the size as the server has it; else a file of its own.
  MailboxKind kind = MailboxKind::message;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::string digest;        // of its bytes
  std::string block;         // our header block for it
  std::string path;          // whole, without links
  std::uint64_t device = 0;  // of a file of its own
  std::uint64_t inode = 0;
};

class Act {
 public:
  // Makes the record of a new run in home, which is made if it is missing (0700).
  static Result<Act> create(const std::string& home, Deed deed, const std::string& quarantine,
                            Time now);
  static Result<Act> open(const std::string& home, const std::string& id);
  // All that can be taken back, oldest first.
  static Result<std::vector<Act>> list(const std::string& home);

  const std::string& id() const { return id_; }
  const std::string& folder() const { return folder_; }
  Deed deed() const { return deed_; }
  // A Maildir; whole, without links.
  const std::string& quarantine() const { return quarantine_; }
  Time since() const { return since_; }
  std::string file(std::string_view name, std::uint64_t number) const;
  std::string aside(const std::string& path) const;
  // The name of the message with that number in the quarantine, without flags; group: of
  // the mbox that it comes from, 0 for files. is_name_of tells the names of a group.
  std::string name(std::uint64_t group, std::uint64_t number) const;
  bool is_name_of(std::uint64_t group, std::string_view name) const;

  Result<void> plan(const Planned& message);
  Result<void> end_plan();  // on the disk
  // Adds lines to the log; they are on the disk when it returns.
  Result<void> log(const std::string& lines) const;
  // The last line of the log is that one.
  bool ends_with(const std::string& line) const;
  // Writes a file of the record whole.
  Result<void> write(const std::string& path, std::string_view text) const;

  // Gives the record up, and with it the way back.
  Result<void> forget() const;

 private:
  std::string id_;
  std::string folder_;
  Deed deed_ = Deed::quarantine;
  std::string quarantine_;
  Time since_{};
  std::optional<FileWriter> plan_;  // of a new one
};

// Reads the log line by line; one that was cut short is passed over.
class LogReader {
 public:
  explicit LogReader(const Act& act);
  // Null at the end. Valid until the next call.
  const std::vector<std::string>* next();

 private:
  FileLines file_;
  std::string line_;
  std::vector<std::string> fields_;
};

// Reads the plan message by message.
class PlanReader {
 public:
  explicit PlanReader(const Act& act);
  // The next one, which stays next until advance(); null at the end.
  const Planned* peek() const { return next_ ? &*next_ : nullptr; }
  void advance();

 private:
  FileLines file_;
  std::optional<Planned> next_;
};

// Only one process acts or takes back at a time; held as long as the descriptor is open.
// What killed ones left of records that cannot be taken back goes.
Result<FileDescriptor> lock_acts(const std::string& home);

}  // namespace unsent
