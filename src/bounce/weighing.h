// SPDX-License-Identifier: MIT
// What a report in no standard form is, where no rule knows it: its signs are weighed. No
// word decides by itself; what a mail shows of its making (a returned original above all)
// tells it in any language.
#pragma once

#include <string_view>

#include "bounce/bounce.h"
#include "bounce/standard.h"

namespace unsent {

// What such a report says, and shows in words.
struct Words {
  std::string_view prose;  // before the original: UTF-8, lines that end in LF
  Said in_subject;
  Said in_prose;
  Said said() const { return in_subject | in_prose; }
};
Words find_words(const Report& report, std::string_view prose);

// bounce holds the original, as far as one was found.
Kind weigh(const Report& report, const Words& words, const Bounce& bounce);

// A receipt, or an absence, in Outlook's own form: true, and bounce filled.
bool read_outlook_report(const Report& report, Bounce& bounce);

// The original's author is one of those to whom the report is sent.
bool returns_to_author(const Headers& report, const Headers& original);

}  // namespace unsent
