// SPDX-License-Identifier: MIT
// What a header announces of reports in forms of their own, told in one pass over it: nearly
// all mail announces nothing, and is not opened.
#pragma once

#include "mail/header.h"

namespace unsent {

struct Announced {
  bool may_be_feed = false;  // a report on mail in general (bounce/feed.h)
  bool is_signed = false;    // multipart/signed, or opaque signed data
  bool is_envelope = false;  // X-Trasporto: certified mail's envelope (RFC 6109 3.1.4)
  bool is_receipt = false;   // X-Ricevuta: its receipt
  bool is_spam = false;      // a filter says so, and may have put the message within its own

  bool anything() const { return may_be_feed || is_signed || is_envelope || is_receipt || is_spam; }
};

Announced read_announced(const Headers& headers);

}  // namespace unsent
