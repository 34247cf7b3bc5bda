// SPDX-License-Identifier: MIT
// The fields of message/delivery-status (RFC 3464) and its internationalised form
// (RFC 6533), and of message/disposition-notification (RFC 8098), which is of one shape.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/bounce.h"

namespace unsent {

struct DeliveryStatus {
  // Per message:
  std::string reporting_mta;        // the name, lower case, without its type
  std::string received_from;        // Received-From-MTA, without its type
  std::string envelope_id;          // Original-Envelope-Id
  std::string queue_id;             // X-Postfix-Queue-ID and its like
  std::string sender;               // X-Postfix-Sender and its like: the original's reverse path
  std::string disposition;          // of a disposition notification: "displayed", "deleted" …
  std::string original_message_id;  // Original-Message-ID, X-Original-Message-ID; no <>
  // Per recipient; at most kMaxRecipients.
  std::vector<RecipientReport> recipients;

  bool empty() const { return reporting_mta.empty() && recipients.empty() && disposition.empty(); }
};

constexpr std::size_t kMaxRecipients = 1000;

// Reads decoded bytes of such a part. More recipients than the limit are a defect.
DeliveryStatus parse_delivery_status(std::string_view bytes, Defects& defects);

// The text's first field is one that only such a part has, whatever its type.
bool names_status_field(std::string_view text);

// True for the text of such a part whatever it is called: its first field is one of theirs,
// and it tells what became of somebody. Reads all of text.
bool begins_with_status(std::string_view text);

// The first "5.1.1" of text (RFC 3463), or "".
std::string find_status(std::string_view text);

}  // namespace unsent
