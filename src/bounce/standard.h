// SPDX-License-Identifier: MIT
// Reports in the forms that RFCs lay down: delivery status (RFC 3464, 6533), disposition
// (RFC 8098), automatic replies (RFC 3834).
#pragma once

#include "bounce/bounce.h"
#include "bounce/signs.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "rules/ruleset.h"

namespace unsent {

// A message on its way to being recognised.
struct Report {
  const Message& message;
  const Signs& signs;
  const MimeTree& tree;
  RuleSet& rules;
};

// True, and bounce filled, if a part of the message (not of a message that it merely
// carries) is a status or disposition part.
bool read_standard_report(const Report& report, Bounce& bounce);

// Reads the part that returns the original, if there is one: false if there is none.
bool take_returned_part(const Report& report, Bounce& bounce);

// The kind that the recipients' actions add up to: failed beats delayed beats success.
Kind kind_of(const std::vector<RecipientReport>& recipients);

}  // namespace unsent
