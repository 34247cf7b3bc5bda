// SPDX-License-Identifier: MIT
// A ledger that lasts as long as the program: for judging against Sent mailboxes without
// any database, and for tests. Always available.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "evidence/ledger.h"
#include "ledger/coverage.h"
#include "ledger/entry.h"

namespace unsent {

class MemoryLedger : public Ledger {
 public:
  // An entry that is not usable is passed over; one that is there already changes
  // nothing. recorded_at stands in where the entry has no time. True if it was new.
  bool add(Entry entry, Time recorded_at);
  void declare_complete(CoverageRange range) { coverage_.push_back(std::move(range)); }
  std::size_t size() const { return entries_.size(); }

  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) override;
  LedgerAnswer<SenderRecord> sender(const Address& sender, Time at) override;
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time to) override;
  LedgerAnswer<std::int64_t> count_without_id(const Address& sender, Time from, Time to) override;
  LedgerAnswer<LearnedIdentity> identity() override;
  LedgerAnswer<std::int64_t> note(const Noted& noted) override;

 private:
  using Positions = std::vector<std::size_t>;
  Positions same_as(const Entry& entry) const;
  LedgerAnswer<std::vector<SentMessage>> answer_of(const Positions& positions) const;
  void index(std::size_t position);

  std::vector<Entry> entries_;
  std::unordered_map<std::string, Positions> by_id_;
  std::map<Fingerprint, Positions> by_fingerprint_;
  std::unordered_map<std::string, Positions> by_notice_;
  std::unordered_map<std::string, Positions> by_recipient_;  // lower case
  std::mutex counting_;  // of bounces: several may judge at once
  using Bounces = std::unordered_set<std::string>;
  std::unordered_map<std::int64_t, Bounces> bounces_about_;  // by row
  std::unordered_map<std::string, Bounces> bounces_to_;      // by address
  std::unordered_set<std::string> senders_;                  // lower case
  std::vector<CoverageRange> coverage_;
};

// The addresses that an entry counts as ours: From and envelope sender, lower case.
std::vector<std::string> senders_of(const Entry& entry);

}  // namespace unsent
