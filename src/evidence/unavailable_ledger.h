// SPDX-License-Identifier: MIT
// In the place of a ledger that there is, but that cannot be asked now.
#pragma once

#include <string>
#include <utility>

#include "evidence/ledger.h"

namespace unsent {

class UnavailableLedger : public Ledger {
 public:
  // why: not empty; in words, for every answer.
  explicit UnavailableLedger(std::string why) : why_(std::move(why)) {}

  LedgerAnswer<std::vector<SentMessage>> find(const SentKey&) override { return {{}, why_}; }
  LedgerAnswer<SenderRecord> sender(const Address&, Time) override { return {{}, why_}; }
  LedgerAnswer<std::int64_t> count_sent(const Address&, const Address&, Time, Time) override {
    return {0, why_};
  }
  LedgerAnswer<std::int64_t> count_without_id(const Address&, Time, Time) override {
    return {0, why_};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {{}, why_}; }
  LedgerAnswer<std::int64_t> note(const Noted&) override { return {0, why_}; }

 private:
  std::string why_;
};

}  // namespace unsent
