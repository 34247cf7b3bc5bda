// SPDX-License-Identifier: MIT
// A mail to the owner of a quarantine about what has been put there since the last one.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "mail/address.h"
#include "rules/ruleset.h"
#include "setup/arguments.h"
#include "setup/config.h"

namespace unsent {

struct DigestOptions {
  std::string folder;                   // of the quarantine
  std::string release_options;          // as DigestMail::options
  std::optional<Address> to;            // an address of ours; else the user's own mailbox
  std::optional<std::string> sendmail;  // the program; else the system's
  bool is_printed = false;              // instead of being sent; then it is written again next time
};

// Nothing, and nothing said, where nothing was put away since. What was told of is noted once the
// mail has been taken: whoever is killed before that tells of it again.
Outcome send_digest(const DigestOptions& options, const Config& config, RuleSet& rules, Time now);

}  // namespace unsent
