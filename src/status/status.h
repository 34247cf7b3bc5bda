// SPDX-License-Identifier: MIT
// How things stand for one user: where the ledger, the mailbox and the quarantine are and what is
// in them, whether there is an opt-in, and what was done with mail. Looks, and changes nothing:
// what cannot be read is told as that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "deliver/handled.h"
#include "optin/opt_in.h"
#include "setup/config.h"

namespace unsent {

struct Status {
  std::string ledger;                    // its path; "nowhere" if none can be told
  std::string ledger_state;              // "1234 messages", or what is wrong with it
  std::optional<std::int64_t> messages;  // in it, and its bytes on the disk
  std::optional<std::uintmax_t> bytes;
  std::string mailbox;  // "" if none is configured
  std::string quarantine;
  std::string quarantine_state;
  std::optional<std::size_t> put_away;  // messages in it, their bytes, and since when
  std::uint64_t put_away_bytes = 0;
  std::optional<Time> oldest;
  std::vector<OptIn> opt_ins;
  HandledSums sums;
  std::optional<Problem> problem;
};

// ledger: as --ledger names it; else the configuration's, or the user's own.
Status read_status(const std::optional<std::string>& ledger, const Config& config);

}  // namespace unsent
