// SPDX-License-Identifier: MIT
// The folders of an account: which one is Sent, Junk, Trash, by what the server says of them
// (RFC 6154), else by the names that providers and mail programs give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imap/session.h"

namespace unsent {

enum class FolderRole { sent, junk, trash, archive, drafts, all };

struct ImapFolder {
  std::string wire;  // as it is asked for
  std::string name;  // UTF-8, for people and URLs
  char delimiter = '\0';
  bool is_selectable = true;
  std::vector<FolderRole> roles;  // that the server tells
};

Result<std::vector<ImapFolder>> list_folders(ImapSession& session);

// nullptr: there is none. Where several would do, the first of those that are told, else that of
// the best known name.
const ImapFolder* find_role(const std::vector<ImapFolder>& folders, FolderRole role);

// By its name, with "/" for whatever the server has between the levels; INBOX in any case; "Sent",
// "Junk", "Trash", "Archive" by role where none bears the name. An error names what is there.
Result<ImapFolder> find_folder(const std::vector<ImapFolder>& folders, std::string_view name,
                               const std::string& server);

// The name that a new folder beside those has: "INBOX.Backscatter" where all lie below INBOX.
std::string place_for(const std::vector<ImapFolder>& folders, std::string_view name);

}  // namespace unsent
