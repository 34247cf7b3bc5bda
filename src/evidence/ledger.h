// SPDX-License-Identifier: MIT
// The window on what we really sent. Declared here because the evidence asks; ledger/
// answers from SQLite, tests from a map. An answer that could not be had says why, and
// then never counts against a message.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
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
  // It promises to be complete, and too few proofs have been noted to tell whether it is.
  bool needs_proof = false;
};

// What is known of one who may have sent.
struct SenderRecord {
  bool has_sent = false;  // anything that is in here; asked of ledgers that many share
  Coverage coverage;      // is every message of his from that time in here?
  // Proofs are noted, and count, for something is promised: what proves a message otherwise is
  // worth asking for, though it is in here.
  bool wants_proofs = false;
};

// By what a message that we sent is looked for: an id, From, Date and Subject, or a report that
// our own mail server made about it.
struct ByMessageId {
  std::string id;  // without <> and not empty; compared byte for byte
};
struct ByNotice {
  std::string notice;  // the report's Message-ID, or its queue id there
};
using SentKey = std::variant<ByMessageId, Fingerprint, ByNotice>;

// What judging learns and a ledger counts. bounce is what tells one from others, and the same
// whenever it is judged again.
struct BounceAbout {
  std::int64_t row = 0;  // of a SentMessage
  std::string bounce;
};
// To an address that only a key of ours can make.
struct BounceTo {
  std::string address;
  std::string bounce;
};
// A bounce that something else proved genuine came, and its original is in here or not: so the
// ledger learns how complete it is. bringer: the organisation that brought it, which counts once
// for each of the two, however often it comes: three that have nothing in common are needed to
// refute a promise.
struct Proof {
  std::string bringer;
  bool is_recorded = false;
  Time at{};
};
using Noted = std::variant<BounceAbout, BounceTo, Proof>;

// Values go in and come out, so that it may as well be asked of another host.
class Ledger {
 public:
  static constexpr std::int64_t kMostCounted = 1000;

  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  virtual ~Ledger() = default;

  // At most 100.
  virtual LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) = 0;
  // Of that From and Subject, with a Date that is up to so many seconds off; those of one Date.
  virtual LedgerAnswer<std::vector<SentMessage>> find_near(const Fingerprint& print, int off);
  virtual LedgerAnswer<SenderRecord> sender(const Address& sender, Time at) = 0;
  // How many messages sender sent to recipient between the two times.
  virtual LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient,
                                                Time from, Time to) = 0;
  // How many of what sender sent between the two times have no id in here; a ledger may stop at
  // one. The server that took such a message gave it one later (RFC 6409 8.3).
  virtual LedgerAnswer<std::int64_t> count_without_id(const Address& /*sender*/, Time /*from*/,
                                                      Time /*to*/) {
    return {};
  }
  virtual LedgerAnswer<LearnedIdentity> identity() = 0;
  // How many different bounces of the kind have come, that one among them; a ledger may stop
  // counting at kMostCounted. 0: not counted, as proofs are not here.
  virtual LedgerAnswer<std::int64_t> note(const Noted& /*noted*/) { return {}; }
};

}  // namespace unsent
