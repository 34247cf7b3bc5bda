// SPDX-License-Identifier: MIT
// One run of `unsent import`: its sources into the ledger, and a promise if it is earned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feed/submitter.h"
#include "ledger/recorder.h"
#include "setup/arguments.h"

namespace unsent {

class ImapAccounts;

// What the command line and the configuration ask for.
struct ImportRequest {
  std::vector<std::string> sources;
  std::string ledger;
  Texts texts = Texts::hashed;
  LogPolicy policy;
  std::vector<Address> addresses;   // ours
  std::vector<std::string> scopes;  // to be promised
  std::optional<Time> since;
  bool again = false;                // also what was read before
  bool yes_sent = false;             // whatever they look like
  bool is_json = false;              // what is told at the end
  ImapAccounts* accounts = nullptr;  // of sources at servers
};

// Gives the exit status.
Outcome run_import(const ImportRequest& request);

// The same of logs as they are written, each file once whatever its names, until a signal ends it.
// A ledger that is locked for long ends a service no more than it stops the mail: what was not
// written is read again.
Outcome follow_sources(const ImportRequest& request);

}  // namespace unsent
