// SPDX-License-Identifier: MIT
// Walks mailboxes and judges each message; what comes of it goes to the sinks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scan/seen_folders.h"
#include "scan/seen_mail.h"
#include "scan/sink.h"
#include "setup/setup.h"

namespace unsent {

class ImapAccounts;

struct ScanReading {
  SeenMail* seen = nullptr;          // what earlier scans have read of files
  SeenFolders* folders = nullptr;    // and of folders at servers
  ImapAccounts* accounts = nullptr;  // these; null: none is named
  std::optional<Time> since;         // of servers: only what came that day or later
};

// Hands every message of the mailboxes to each of the sinks, and then tells them that this
// was all. judges: at least one, a thread for each. problems: what could not be read; the
// status is that of the first mailbox that could not be read to its end, 0 if all could. With
// reading.seen, what it knows is not read again. An error is one of a sink, or of the only mailbox;
// the sinks are then not told of an end.
Result<int> run_scan(const std::vector<std::string>& mailboxes, std::vector<Setup>& judges,
                     const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems,
                     const ScanReading& reading = {});

}  // namespace unsent
