// SPDX-License-Identifier: MIT
// A sent message on its way into the ledger, and its exchange form: one JSON line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "evidence/ledger.h"
#include "mail/message.h"

namespace unsent {

struct Entry {
  std::vector<std::string> message_ids;  // without <>
  std::string date;                      // the Date field as written
  std::string from;                      // the From field as written
  std::string subject;                   // the Subject field, decoded or as written
  std::string reverse_path;
  std::vector<std::string> recipients;
  bool has_all_recipients = true;
  std::optional<Time> sent_at;  // none: the Date counts, then the time of recording

  std::optional<Fingerprint> fingerprint() const { return make_fingerprint(from, date, subject); }
  // Without an id and a fingerprint nothing could ever be matched with it.
  bool is_usable() const { return !message_ids.empty() || fingerprint().has_value(); }
};

// From a message as it lies in a Sent mailbox or goes out: recipients are To, Cc and Bcc
// of it (Resent- ones too); ids include those that Exchange and Google keep aside.
Entry entry_of(const Message& message);

// {"message_ids": […], "date": "raw Date header", "sent_at": RFC 3339, "from": …,
// "reverse_path": …, "recipients": […], "subject": …}; keys that it does not know are
// passed over, missing ones are empty. The error says what is wrong, without a place.
Result<Entry> parse_entry(std::string_view json);
// The same line, without its line end. Always valid UTF-8.
std::string format_entry(const Entry& entry);

// The matching form of an entry; recorded_at stands in where it has no time.
SentMessage to_sent_message(const Entry& entry, Time recorded_at);
Time sent_time(const Entry& entry, Time recorded_at);

}  // namespace unsent
