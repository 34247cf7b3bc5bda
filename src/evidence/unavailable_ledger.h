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

  LedgerAnswer<std::vector<SentMessage>> find_message_id(std::string_view) override {
    return {{}, why_};
  }
  LedgerAnswer<std::vector<SentMessage>> find_fingerprint(const Fingerprint&) override {
    return {{}, why_};
  }
  LedgerAnswer<std::vector<SentMessage>> find_notice(std::string_view) override {
    return {{}, why_};
  }
  LedgerAnswer<std::int64_t> count_bounce(const SentMessage&, std::string_view) override {
    return {0, why_};
  }
  LedgerAnswer<Coverage> coverage(const Address&, Time) override { return {{}, why_}; }
  LedgerAnswer<std::int64_t> count_sent(const Address&, const Address&, Time, Time) override {
    return {0, why_};
  }
  LedgerAnswer<LearnedIdentity> identity() override { return {{}, why_}; }

 private:
  std::string why_;
};

}  // namespace unsent
