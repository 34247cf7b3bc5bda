// SPDX-License-Identifier: MIT
// From options and config to what judge() wants: who we are, and the witnesses.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/options.h"
#include "ledger/memory_ledger.h"
#include "ledger/recorder.h"
#include "spf/resolver.h"
#include "verdict/judge.h"

namespace unsent {

// Resolvers each of which asks the one before it; the last is the one to ask.
using ResolverChain = std::vector<std::unique_ptr<Resolver>>;

// The network, a zone file or nothing, as options and config say; over it the records
// that the config pins, and caches.
Result<ResolverChain> make_resolvers(const DnsOptions& options, const Config& config, Time now,
                                     const Deadline* deadline = nullptr);

struct Setup {
  Premises premises;
  Witnesses witnesses;
  std::optional<Address> recipient;
  // What witnesses points to:
  std::unique_ptr<Deadline> deadline;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<RetiredKeys> retired_keys;
  std::unique_ptr<KeyRing> tag_keys;
  ResolverChain resolvers;
  std::unique_ptr<RuleSet> rules;
  std::vector<std::string> problems;  // files that could not be read
};

// Opens the ledger that options and config name: --sent, --ledger, the config's, or the
// user's own where it exists. One that was named and cannot be opened is an error.
Result<Setup> make_setup(const JudgingOptions& options, const Config& config);

// count of them, one for each thread: what is changed by judging is nobody else's.
Result<std::vector<Setup>> make_setups(const JudgingOptions& options, const Config& config,
                                       std::size_t count);

// The path of the ledger to write to: --ledger, the config's, the user's own.
Result<std::string> ledger_path(const std::optional<std::string>& option, const Config& config);

// Whether what is recorded is kept as text.
Texts texts_of(const Config& config);

// Adds every message of a Sent mailbox to ledger.
Result<void> read_sent_mailbox(const std::string& path, MemoryLedger& ledger, Time now,
                               std::vector<std::string>& problems);

Time current_time();

}  // namespace unsent
