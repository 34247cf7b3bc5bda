// SPDX-License-Identifier: MIT
// What a report in no standard form is, where no rule knows it: its signs are weighed. No
// word decides by itself; what a mail shows of its making (a returned original above all)
// tells it in any language.
#pragma once

#include <string>

#include "bounce/bounce.h"
#include "bounce/standard.h"

namespace unsent {

// What such a report says: UTF-8, lines that end in LF.
struct Words {
  std::string subject;
  std::string prose;  // before the original
  bool any(bool (*says)(std::string_view)) const { return says(subject) || says(prose); }
};

// bounce holds the original, as far as one was found.
Kind weigh(const Report& report, const Words& words, const Bounce& bounce);

// A receipt, or an absence, in Outlook's own form: true, and bounce filled.
bool read_outlook_report(const Report& report, Bounce& bounce);

// The original's author is one of those to whom the report is sent.
bool returns_to_author(const Headers& report, const Headers& original);

}  // namespace unsent
