// SPDX-License-Identifier: MIT
// What a report in no standard form is, where no rule knows it: its signs are weighed. No
// word decides by itself; what a mail shows of its making (a returned original above all)
// tells it in any language.
#pragma once

#include <optional>
#include <string_view>

#include "bounce/bounce.h"
#include "bounce/standard.h"

namespace unsent {

// What such a report says. Its words are looked at when they are first asked for.
class Words {
 public:
  // prose: before the original, UTF-8, lines that end in LF; viewed.
  Words(const Report& report, std::string_view prose) : report_(report), prose_(prose) {}

  std::string_view prose() const { return prose_; }
  Said in_subject() const;
  Said in_prose() const;
  Said said() const { return in_subject() | in_prose(); }

 private:
  const Report& report_;
  std::string_view prose_;
  mutable std::optional<Said> in_subject_;
  mutable std::optional<Said> in_prose_;
};

// bounce holds the original, as far as one was found.
Kind weigh(const Report& report, const Words& words, const Bounce& bounce);

// Not yet, done, or never: what the words of a delivery report tell; failed where they do not.
Kind kind_of_report(const Words& words);

// A receipt, or an absence, in Outlook's own form: true, and bounce filled.
bool read_outlook_report(const Report& report, Bounce& bounce);

// Under an everyday address only what returns a mail to its author is a report, and an answer
// is none.
bool may_be_gateway(const Report& report, const Headers& original);

}  // namespace unsent
