// SPDX-License-Identifier: MIT
// From options and config to what judge() wants: who we are, and the witnesses.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "dns/desk.h"
#include "dns/inquiry.h"
#include "flood/make.h"
#include "ledger/memory_ledger.h"
#include "ledger/recorder.h"
#include "serve/remote_ledger.h"
#include "setup/options.h"
#include "spf/resolver.h"
#include "verdict/judge.h"

namespace unsent {

class ImapAccounts;
class LedgerReader;

// The DNS as options and config say: the network, a zone file or nothing, and over it the
// records that the config pins.
struct DnsWindow {
  std::shared_ptr<DnsDesk> desk;  // the network; null where it is not asked
  // Each asks the one before it.
  std::vector<std::unique_ptr<Resolver>> chain;
  Resolver* waiting = nullptr;  // that waits for each answer
  Resolver* at_once = nullptr;  // to which what must be asked first is pending
};

// Where answers are kept across runs; "" for nowhere. Those of a server that the command line
// names are not kept, unless the configuration says where.
std::string dns_cache_path(const DnsOptions& options, const Config& config);

// desk: of another window of this run, or null.
Result<DnsWindow> make_dns(const DnsOptions& options, const Config& config,
                           std::shared_ptr<DnsDesk> desk = nullptr);

struct Setup {
  Premises premises;
  Witnesses witnesses;
  std::optional<Address> recipient;
  // What witnesses points to:
  std::unique_ptr<Deadline> deadline;
  std::unique_ptr<Ledger> ledger;
  RemoteLedger* service = nullptr;  // that same one, where a service is asked
  LedgerReader* reader = nullptr;   // where a file is read
  // How what is in the Sent mailboxes, or the ledger, was made; null where nothing is known of it,
  // and for all but the first of many judges.
  std::unique_ptr<SentHabits> habits;
  std::unique_ptr<RetiredKeys> retired_keys;
  std::unique_ptr<KeyRing> tag_keys;
  std::unique_ptr<KeyRing> digest_keys;
  DnsWindow dns;
  std::unique_ptr<InquiryResolver> inquiries;  // over dns.at_once
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

using IsOurs = std::function<bool(const Address&)>;

// Adds every message of a Sent mailbox to ledger, and what it shows of its making to habits. One to
// which mail came is an error, one in which there is none a problem.
Result<void> read_sent_mailbox(const std::string& path, MemoryLedger& ledger, SentHabits& habits,
                               Time now, std::vector<std::string>& problems, ImapAccounts* imap,
                               const IsOurs& is_ours);

Time current_time();

}  // namespace unsent
