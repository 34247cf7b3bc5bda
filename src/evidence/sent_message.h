// SPDX-License-Identifier: MIT
// One message that we sent, as a ledger has it. A ledger may keep hashes in place of text,
// so that nothing here is read, only compared: is it that id, did it go to that address?
#pragma once

#include <cstdint>
#include <memory>
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

// A decoded Subject without one mark that a gateway or filter put before it: "[EXTERNAL]",
// "{Spam?}", "***SPAM***", "SPAM:". The same where there is none.
std::string_view without_label(std::string_view subject);

// An address as it is compared: lower case, whatever its case means to its host.
std::string comparable_address(const Address& address);

// How a ledger veils its texts; a hash of any length will do.
class Veil {
 public:
  Veil() = default;
  Veil(const Veil&) = delete;
  Veil& operator=(const Veil&) = delete;
  virtual ~Veil() = default;
  // Does kept, which is not empty, stand for text?
  virtual bool stands_for(std::string_view kept, std::string_view text) const = 0;
};

struct SentRecipient {
  std::string address;       // comparable_address(), or veiled
  std::string organisation;  // organisation_of() its domain, or veiled
  bool operator==(const SentRecipient&) const = default;
};
SentRecipient sent_recipient(const Address& address);

struct SentMessage {
  std::int64_t row = 0;                   // the ledger's own number for it; 0: it has none
  std::vector<std::string> message_ids;   // as submitted, as sent, as a relay renamed it
  std::string from;                       // of the Fingerprint; "" if there is none
  std::optional<Time> date;               // likewise, never veiled
  std::string subject;                    // likewise; "" also if it is not known
  std::vector<std::string> senders;       // of From and of the envelope, comparable or veiled
  std::vector<SentRecipient> recipients;  // envelope recipients, or To, Cc and Bcc
  bool has_all_recipients = true;         // false: there may be more (Bcc copies, lists)
  Time sent_at{};
  std::shared_ptr<const Veil> veil;  // null: the texts are as they are

  bool has_id(std::string_view id) const;
  // Whether a field of the fingerprint is the same; nullopt where it is not known.
  std::optional<bool> is_from(const Address& address) const;
  std::optional<bool> is_dated(Time at) const;
  // The same within a minute: some relays write a Date of their own.
  std::optional<bool> is_dated_about(Time at) const;
  std::optional<bool> has_subject(std::string_view subject) const;  // raw or decoded
  bool has_fingerprint(const Fingerprint& print) const;
  bool was_sent_by(const Address& address) const;
  bool went_to(const Address& address) const;
  // To anybody of the organisation of that domain, or host.
  bool went_to_organisation_of(std::string_view domain) const;

 private:
  bool is_kept(std::string_view kept, std::string_view text) const;
};

}  // namespace unsent
