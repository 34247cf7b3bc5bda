// SPDX-License-Identifier: MIT
// From options and config to what judge() wants: who we are, and the witnesses.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/options.h"
#include "ledger/memory_ledger.h"
#include "spf/resolver.h"
#include "verdict/judge.h"

namespace unsent {

struct Setup {
  Premises premises;
  Witnesses witnesses;
  std::optional<Address> recipient;
  // What witnesses points to:
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Resolver> resolver;
  std::unique_ptr<Resolver> cache;    // over resolver
  std::unique_ptr<RuleSet> rules;
  std::vector<std::string> problems;  // files that could not be read
};

// Opens the ledger that options and config name: --sent, --ledger, the config's, or the
// user's own where it exists. One that was named and cannot be opened is an error.
Result<Setup> make_setup(const JudgingOptions& options, const Config& config);

// The path of the ledger to write to: --ledger, the config's, the user's own.
Result<std::string> ledger_path(const std::optional<std::string>& option, const Config& config);

// Adds every message of a Sent mailbox to ledger.
Result<void> read_sent_mailbox(const std::string& path, MemoryLedger& ledger, Time now,
                               std::vector<std::string>& problems);

Time current_time();

}  // namespace unsent
