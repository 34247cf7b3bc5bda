// SPDX-License-Identifier: MIT
// Waits for what arrives in an account, for as long as the process lives: the connection comes back
// whenever it breaks, and nothing is looked at twice.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "imap/accounts.h"

namespace unsent {

struct WatchOptions {
  std::chrono::milliseconds interval{300'000};  // after which one looks, whatever is told or not
  bool is_once = false;                         // one round, and back
};

// Only one process watches an account; held as long as the descriptor is open. folder: of the
// state.
Result<FileDescriptor> lock_watch(const std::string& folder, const ImapUrl& account);

// A round whenever something has come into inbox or sent, or may have. What a round cannot do for
// now (code temp_fail, io, unavailable) is tried again, later and later; any other error ends it.
// Ends well when interrupted.
Result<void> watch(ImapAccounts& accounts, const ImapUrl& url,
                   const std::function<Result<void>()>& round, const WatchOptions& options);

}  // namespace unsent
