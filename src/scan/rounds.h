// SPDX-License-Identifier: MIT
// What `unsent watch` does each time that something may have come: what was sent is recorded, then
// what came is judged and acted on, each message once. How often is watch.h's matter.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "imap/accounts.h"
#include "policy/policy.h"
#include "scan/deeds.h"
#include "scan/memory.h"
#include "setup/options.h"

namespace unsent {

// By the policy on bounces that are backscatter: what is dropped elsewhere is put away here.
std::optional<Deed> deed_of(const Policy& policy);

struct RoundWish {
  DeedOptions deeds;  // what they say goes before the policy
  JudgingOptions judging;
  bool is_json = false;  // a line for each message that came
};

class WatchRounds {
 public:
  // Of the account at url; ledger: path. wish, config and accounts outlive this.
  WatchRounds(const RoundWish& wish, const Config& config, ImapAccounts& accounts, ImapUrl url,
              std::string ledger);

  // What was sent comes first: a bounce may already be on its way.
  Result<void> round();

 private:
  Result<void> record_sent();
  Result<void> judge_inbox();
  // The first time, what is there already is left to `unsent scan`. True: this was it.
  Result<bool> begin_now(ScanMemory& memory, const ImapPlace& inbox);

  const RoundWish& wish_;
  const Config& config_;
  ImapAccounts& accounts_;
  const ImapUrl url_;
  const std::string ledger_;
};

}  // namespace unsent
