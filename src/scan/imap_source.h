// SPDX-License-Identifier: MIT
// Mailboxes at a server, as a scan reads them: only what may be a report is fetched whole.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "imap/accounts.h"
#include "imap/walk.h"
#include "rules/ruleset.h"
#include "scan/seen_folders.h"
#include "setup/options.h"

namespace unsent {

// The servers that the configuration knows of. Passwords are asked for when one is needed.
std::unique_ptr<ImapAccounts> make_accounts(const Config& config);

// Where no option and no ledger says what was sent, it is what the Sent folders of the accounts
// have from which mailboxes is read: they are added to options.sent. An account whose Sent cannot
// be told is named in problems.
Result<void> add_sent_of_accounts(JudgingOptions& options, const Config& config,
                                  const std::vector<std::string>& mailboxes,
                                  std::vector<std::string>& problems);

// Of each account that is named as a whole, its INBOX.
class ImapSource {
 public:
  struct Options {
    std::optional<Time> since;
    SeenFolders* seen = nullptr;                // what earlier scans have read
    std::function<void(std::uint64_t)> expect;  // how much there is to read, in bytes
  };

  // accounts must outlive it.
  ImapSource(ImapAccounts& accounts, Options options);

  Result<void> walk(const std::string& url, const Visit& visit, std::vector<std::string>& problems);
  // Of the same messages the newest 5,000, for one who will read them again: nothing is noted, nor
  // is it progress.
  Result<void> look(const std::string& url, const Visit& visit);

 private:
  Result<ImapPlace> find(const std::string& url);
  ImapWalkOptions options_of(const std::string& folder);

  ImapAccounts& accounts_;
  Options options_;
  std::unique_ptr<RuleSet> rules_;
};

}  // namespace unsent
