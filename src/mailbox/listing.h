// SPDX-License-Identifier: MIT
// What is in a folder, in the order in which a mailbox of its kind is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mailbox/mailbox.h"

namespace unsent {

struct Listing {
  MailboxKind kind = MailboxKind::folder;
  std::vector<std::string> files;    // relative to the folder
  std::vector<std::string> folders;  // sub-folders that may hold mail
};

// Names that begin with a dot are not listed, but for the sub-folders of a Maildir;
// neither are MH's deleted messages (",12", "#12") and what is neither file nor folder.
Result<Listing> list_folder(const std::string& path);

// Does a file that begins with head hold mail: a From_ line or a header field first?
bool looks_like_mbox(std::string_view head);
bool looks_like_message(std::string_view head);

}  // namespace unsent
