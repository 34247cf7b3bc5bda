// SPDX-License-Identifier: MIT
// One line of the ledger as it goes in and out: what a Sent mail or a JSON line says
// about a message that we sent, and when two of them speak of the same message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "evidence/ledger.h"
#include "mail/address.h"
#include "mail/message.h"

namespace unsent {

struct Entry {
  std::vector<std::string> message_ids;  // normal_id() of each, none empty, none twice
  std::string from;                      // the fields as written, unfolded, valid UTF-8
  std::string date;
  std::string subject;                     // decoded where it came from a mail
  std::optional<Fingerprint> fingerprint;  // of these three
  std::string reverse_path;                // "" if not known
  std::vector<Address> recipients;
  bool has_all_recipients = true;
  std::optional<Time> sent_at;
  // Of a ledger that keeps no texts: the row as it is there, in base64, and the name of the
  // key without which it says nothing. Then all of the above but sent_at is empty.
  std::string sealed;
  std::string key;
  std::vector<std::string> notices;  // queue ids and Message-IDs of our own server's reports on it

  bool operator==(const Entry&) const = default;
  // Without an id and a fingerprint nothing could ever be matched with it.
  bool is_usable() const {
    return !message_ids.empty() || fingerprint.has_value() || !sealed.empty();
  }
  // When it was sent, as far as known: sent_at, else the date.
  std::optional<Time> time() const;
  // The address in From, lower case, "" if there is none.
  std::string sender() const;
};

// An id without <> and white space, valid UTF-8, at most 1,000 bytes; "" is none. Ids are
// compared in this form only.
std::string normal_id(std::string_view id);

// A log may tell less than a whole id: its beginning (Sendmail cuts it off), or all but the
// host (Exim does not log the ids that it makes). It is kept as that and "…", and these are
// the forms, if any, in which an id may be kept so.
constexpr std::string_view kCutMark = "\xE2\x80\xA6";
std::vector<std::string> cut_forms(std::string_view normal_id);

// The text of a field as an entry keeps it: valid UTF-8, at most 1,000 bytes.
std::string field_text(std::string_view text);

// What a mail in a Sent folder tells: every id that it goes by, To, Cc and Bcc, Date.
Entry entry_of(const Message& message);

SentMessage sent_message_of(const Entry& entry);

// The same message: both have ids and share one, or neither has any and the fingerprints
// are equal; fingerprints that differ make two messages of it whatever the ids say.
bool are_same_message(const Entry& a, const Entry& b);
// What more knows and known does not is added. True if known changed.
bool merge_into(Entry& known, const Entry& more);

// {"message_ids": […], "date": "raw Date header", "sent_at": RFC 3339, "from": …,
//  "reverse_path": …, "recipients": […], "subject": …, "all_recipients": …,
//  "notices": […]}
// Every key may be absent or null, others are passed over. The error says what is wrong
// and at which byte; an entry that is not usable is one as well.
constexpr std::size_t kMaxEntryLine = std::size_t{4} << 20U;
Result<Entry> parse_entry(std::string_view line);
// One line, without its end; parse_entry gives the same entry back.
std::string format_entry(const Entry& entry);

}  // namespace unsent
