// SPDX-License-Identifier: MIT
// What is in a folder, in the order in which a mailbox of its kind is read. However many
// files there are, only some of the names are held at a time: a folder of very many is read
// again for each part of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mailbox/mailbox.h"
#include "mailbox/name_list.h"

namespace unsent {

class Listing {
 public:
  // most: about so many bytes of names are held.
  static Result<Listing> open(const std::string& path, std::size_t most = std::size_t{16} << 20U);

  MailboxKind kind() const { return kind_; }
  // Sub-folders that may hold mail, by name, relative to the folder.
  const std::vector<std::string>& folders() const { return folders_; }

  // The next files, relative to the folder; none: that was all. Valid until the next call.
  // Names that begin with a dot are not listed; neither are MH's deleted messages (",12",
  // "#12") and what is neither file nor folder. A Maildir's message that is moved from new
  // to cur meanwhile, or gets other flags, is listed once.
  Result<const NameList*> next_files();

 private:
  explicit Listing(std::string path) : path_(std::move(path)) {}
  Result<void> survey(std::size_t most);
  Result<void> survey_maildir(std::size_t most);
  Result<void> read_part();

  std::string path_;
  MailboxKind kind_ = MailboxKind::folder;
  std::vector<std::string> folders_;
  NameList files_;  // of the present part, or all of them
  // The parts: before the first, from there to before the second, and so on.
  std::vector<std::string> bounds_;
  std::size_t next_ = 0;  // the part to be given next
};

// Does a file that begins with head hold mail: a From_ line or a header field first?
bool looks_like_mbox(std::string_view head);
bool looks_like_message(std::string_view head);

}  // namespace unsent
