// SPDX-License-Identifier: MIT
// A ledger that lives as long as the run: Sent mailboxes read with --sent, no database.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "evidence/ledger.h"
#include "ledger/entry.h"

namespace unsent {

class MemoryLedger : public Ledger {
 public:
  // An entry that is not usable is passed over; one that is there already changes nothing.
  void add(const Entry& entry, Time recorded_at);
  // All of scope (a domain or an address) since then is here.
  void declare_complete(const std::string& scope, Time since);
  std::size_t size() const { return messages_.size(); }

  LedgerAnswer<std::vector<SentMessage>> find_message_id(std::string_view id) override;
  LedgerAnswer<std::vector<SentMessage>> find_fingerprint(const Fingerprint& print) override;
  LedgerAnswer<Coverage> coverage(const Address& sender, Time at) override;
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time to) override;
  LedgerAnswer<LearnedIdentity> identity() override;

 private:
  std::vector<SentMessage> messages_;
  std::unordered_multimap<std::string, std::size_t> by_id_;
  std::multimap<Fingerprint, std::size_t> by_fingerprint_;
  std::map<std::string, Time> coverage_;
};

// The scopes that coverage of a sender may be declared for: the address, its domain, and
// every domain above that has a dot.
std::vector<std::string> coverage_scopes(const Address& sender);

// What coverage of scope since a time says about a time, in words.
Coverage describe_coverage(const std::string& scope, Time since, Time at);

// Lower-case host of a Message-ID, "" if it has none.
std::string message_id_host(std::string_view id);

}  // namespace unsent
