// SPDX-License-Identifier: MIT
// One run of `unsent import`: its sources into the ledger, and a promise if it is earned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "feed/submitter.h"
#include "ledger/recorder.h"

namespace unsent {

// What the command line and the configuration ask for.
struct ImportRequest {
  std::vector<std::string> sources;
  std::string ledger;
  Texts texts = Texts::hashed;
  LogPolicy policy;
  std::vector<Address> addresses;   // ours
  std::vector<std::string> scopes;  // to be promised
  std::optional<Time> since;
  bool again = false;     // mailboxes: also what was read before
  bool yes_sent = false;  // whatever they look like
};

// Gives the exit status.
Outcome run_import(const ImportRequest& request);

}  // namespace unsent
