// SPDX-License-Identifier: MIT
// The window on what we really sent. Declared here because the evidence asks; ledger/
// answers from SQLite, tests from a map. An answer that could not be had says why, and
// then never counts against a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "evidence/sent_message.h"
#include "mail/address.h"

namespace unsent {

// Whether the ledger knows everything that a sender sent at a time: only then may the
// absence of a message count.
struct Coverage {
  bool is_covered = false;
  std::string detail;  // "complete for ourshop.example since 2026-11-01T00:00:00Z"
};

template <typename T>
struct LedgerAnswer {
  T value{};
  std::string unavailable;  // why it could not be asked ("locked"); "" if it was

  bool is_available() const { return unavailable.empty(); }
};

// A name and how many sent messages carried it.
struct NameCount {
  std::string name;
  std::int64_t count = 0;
};

// Who we are, as what we sent shows it; most used first, at most 1,000 each.
struct LearnedIdentity {
  std::int64_t messages = 0;
  std::vector<NameCount> senders;           // From and envelope sender addresses, lower case
  std::vector<NameCount> message_id_hosts;  // right-hand sides of Message-IDs, lower case
};

class Ledger {
 public:
  static constexpr std::int64_t kMostCounted = 1000;

  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  virtual ~Ledger() = default;

  // Messages with that id, compared byte for byte (at most 100). id is without <> and not empty.
  virtual LedgerAnswer<std::vector<SentMessage>> find_message_id(std::string_view id) = 0;
  virtual LedgerAnswer<std::vector<SentMessage>> find_fingerprint(const Fingerprint& print) = 0;
  // Messages about which our own mail server made that report: its Message-ID, or its
  // queue id there.
  virtual LedgerAnswer<std::vector<SentMessage>> find_notice(std::string_view /*notice*/) {
    return {};
  }
  // How many different bounces about message (by its row) have come, that one among them;
  // bounce is what tells it from others, and the same whenever it is judged again. A ledger
  // may stop counting at kMostCounted. 0: not counted.
  virtual LedgerAnswer<std::int64_t> count_bounce(const SentMessage& /*message*/,
                                                  std::string_view /*bounce*/) {
    return {};
  }
  // The same of an address to which bounces come, and which only a key of ours can make.
  virtual LedgerAnswer<std::int64_t> count_bounce_to(std::string_view /*address*/,
                                                     std::string_view /*bounce*/) {
    return {};
  }
  // Has that address sent anything that is in here? Asked of ledgers that many share.
  virtual LedgerAnswer<bool> has_sender(const Address& /*address*/) { return {}; }
  // A bounce that something else proved genuine came, and its original is in here or not:
  // so the ledger learns how complete it is. bringer: the organisation that brought it, which
  // counts once for each of the two, however often it comes: three that have nothing in common
  // are needed to refute a promise.
  virtual void note_proof(std::string_view /*bringer*/, bool /*is_recorded*/, Time /*now*/) {}
  // Is every message of sender from that time in the ledger?
  virtual LedgerAnswer<Coverage> coverage(const Address& sender, Time at) = 0;
  // How many messages sender sent to recipient between the two times.
  virtual LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient,
                                                Time from, Time to) = 0;
  virtual LedgerAnswer<LearnedIdentity> identity() = 0;
  // It promises to be complete, and too few proofs have been noted to tell whether it is.
  virtual bool needs_proof() { return false; }
  // From now on nothing that judging learns is noted: neither bounces nor proofs.
  virtual void write_nothing() {}
};

}  // namespace unsent
