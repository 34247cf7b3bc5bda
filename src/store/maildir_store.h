// SPDX-License-Identifier: MIT
// Puts a message into a Maildir so that it is there whole or not at all, and survives a
// loss of power once we have said so. Whoever delivers again what a killed process had
// delivered already finds it: see key.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace unsent {

enum class Missing { refuse, create };

struct MaildirOptions {
  Missing missing = Missing::refuse;  // create: the folder and its parents, mode 0700
  // What this delivery is known by; "" where a repetition cannot be told. The file is
  // then kept in unsent-delivered/ too, as a second link: two links say that the message
  // has come, and is still, in the Maildir.
  std::string key;
};

// tmp, fsync, link into new, fsync of new. Returns the file's path within new, or "" for a
// repetition. On any error nothing was delivered.
Result<std::string> store_in_maildir(const std::string& folder, const Pieces& pieces,
                                     const MaildirOptions& options = {});

// The folder with tmp, new and cur, and its parents, mode 0700, where they are missing.
Result<void> make_maildir(const std::string& folder);

// The last part of a message's file name: this host, without what a Maildir forbids.
std::string maildir_host();

// A delivery of that key has come, and its message still lies in the Maildir or where
// somebody has moved it to.
bool is_in_maildir(const std::string& folder, const std::string& key);

// Takes away what killed deliveries left in tmp (after 36 hours), and second links of what
// was deleted (after an hour) or is older than any mail system tries (after 5 days).
void clean_maildir(const std::string& folder, Time now);

}  // namespace unsent
