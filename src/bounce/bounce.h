// SPDX-License-Identifier: MIT
// What a bounce says: which message it reports on, for whom, and how it came out.
// Everything here is the reporter's word, and the reporter may be a forger.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "mail/defect.h"
#include "mail/header.h"

namespace unsent {

enum class Kind {
  ordinary,      // reports on no message
  bounce,        // not delivered
  delay,         // not delivered yet
  success,       // delivered, relayed or expanded
  auto_reply,    // vacation and its kin (RFC 3834)
  challenge,     // "confirm that you are human"
  virus_notice,  // a scanner took offence
  read_receipt,  // disposition notification (RFC 8098), other than deleted, denied, failed
  report,        // ARF (RFC 5965), DMARC, TLS-RPT
  reply,         // a person's answer to what was forged: only a whole scan tells it (flood/)
};
// "auto-reply", "read-receipt": the words of the output.
std::string_view name_of(Kind kind);
// The kind of that name; ordinary where there is none, and of what no message is by itself.
Kind parse_kind(std::string_view name);

// How much of the original came back.
enum class Extent {
  none,
  fragment,  // a few of its fields, or a header that was cut
  headers,   // its whole header
  full,      // header and (some) body
};
std::string_view name_of(Extent extent);

// RFC 3464 2.3.3, and expanded and relayed are kept apart.
enum class Action { unknown, failed, delayed, delivered, relayed, expanded };
std::string_view name_of(Action action);
Action parse_action(std::string_view text);

// One recipient that the bounce reports on.
struct RecipientReport {
  std::string address;   // as written, without brackets; usually the final recipient
  std::string original;  // Original-Recipient, where stated and different; else ""
  Action action = Action::unknown;
  std::string status;       // "5.1.1" (RFC 3463), or ""
  std::string diagnostic;   // UTF-8, unfolded, or ""
  bool is_guessed = false;  // read from free text, not from a field: proves less
};

// The message that the bounce is about, as far as it was returned.
struct Original {
  Extent extent = Extent::none;
  // The returned header exactly as it came back (transfer encoding and quote marks
  // undone): DKIM is verified on these bytes. `headers` views them.
  std::shared_ptr<const std::string> header_bytes;
  Headers headers;

  std::string message_id;  // without <>; "" if none was returned
  // Every other id that may be the original's: what the reporter states, then fields that keep
  // an earlier id (X-Google-Original-Message-ID and its like), the envelope id where it is one,
  // the last ones of References (or of the thread), ids of mail further inside.
  std::vector<std::string> other_message_ids;
  std::string from;          // From, as an address ("a@b"); "" if none
  std::string reverse_path;  // Return-Path, X-Postfix-Sender and their like; "" if unknown
  std::string subject;       // decoded UTF-8
  std::string raw_date;      // the Date field's text, unfolded; the fingerprint needs it
  std::optional<Time> date;
  std::vector<std::string> recipients;  // To and Cc of the returned header
  std::string envelope_id;              // Original-Envelope-Id (RFC 3464 2.2.1)
  std::string queue_id;                 // X-Postfix-Queue-ID and its like
};

struct Bounce {
  Kind kind = Kind::ordinary;
  std::string rule;      // which rule recognised it: "dsn", "mdn", "postfix", "qmail" …
  std::string reporter;  // Reporting-MTA's name, lower case, or ""
  // Received-From-MTA (RFC 3464 2.2.4), without its type: a name, an address literal, or
  // both as a Received line has them; or "".
  std::string received_from;
  std::vector<RecipientReport> recipients;
  Original original;
  // Message-IDs in In-Reply-To and References of the bounce itself.
  std::vector<std::string> references;
  Defects defects;
};

}  // namespace unsent
