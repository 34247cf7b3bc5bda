// SPDX-License-Identifier: MIT
// What a message in Outlook's own form (application/ms-tnef, MS-OXTNEF) is, by its message
// class: a receipt in whatever language, a report, an absence. Nothing else is read from it.
#pragma once

#include <string_view>

#include "mail/mime.h"

namespace unsent {

enum class OutlookForm {
  none,       // no such part, or a message like any other
  unread,     // the part is there, but shows no class
  receipt,    // read, or deleted without being read
  failure,    // a non-delivery report
  delivered,  // a delivery report
  absence,    // an out-of-office answer
};

// Of the message's own part of that type, the root or beside other parts.
OutlookForm outlook_form(const MimeTree& tree);

// Of the decoded bytes of such a part.
OutlookForm read_outlook_form(std::string_view tnef);

}  // namespace unsent
