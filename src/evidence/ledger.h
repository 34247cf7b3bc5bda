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
#include "mail/address.h"

namespace unsent {

// From, Date and Subject of a message, made comparable: what identifies it where no
// Message-ID came back. Relays re-fold and re-encode fields, so the address is in lower
// case, the date a point in time, the subject decoded and without white space.
struct Fingerprint {
  std::string from;
  Time date;
  std::string subject;
  auto operator<=>(const Fingerprint&) const = default;
};
// nullopt without an address in From or a readable Date: Subject alone is no identity.
// subject may be raw or decoded.
std::optional<Fingerprint> make_fingerprint(std::string_view from, std::string_view raw_date,
                                            std::string_view subject);
// A Subject, raw or decoded, as a Fingerprint has it.
std::string comparable_subject(std::string_view subject);

// One message that we sent.
struct SentMessage {
  std::vector<std::string> message_ids;  // as submitted, as sent, as a relay renamed it
  std::optional<Fingerprint> fingerprint;
  std::string reverse_path;         // envelope sender, "" if not known
  std::vector<Address> recipients;  // envelope recipients, or To, Cc and Bcc
  bool has_all_recipients = true;   // false: there may be more (Bcc copies, lists)
  Time sent_at{};
};

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
  // Is every message of sender from that time in the ledger?
  virtual LedgerAnswer<Coverage> coverage(const Address& sender, Time at) = 0;
  // How many messages sender sent to recipient between the two times.
  virtual LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient,
                                                Time from, Time to) = 0;
  virtual LedgerAnswer<LearnedIdentity> identity() = 0;
};

}  // namespace unsent
