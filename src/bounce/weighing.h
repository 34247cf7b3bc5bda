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

// A filter of one's own house tells the reader, or whoever looks after it, of a mail that somebody
// sent there: its author is told nothing, so it is no report.
bool is_of_mail_to_house(const Report& report, const Original& original);

// Whoever writes is the reverse path, too: he wants to hear what becomes of his mail, and no
// report and no responder does (RFC 3464 2, RFC 3834 4).
bool is_sent_by_writer(const Headers& report);

// Under an everyday address only what returns a mail to its author is a report, and an answer
// is none.
bool may_be_gateway(const Report& report, const Headers& original);

// The original's author is one of those to whom the report is sent.
bool returns_to_author(const Headers& report, const Headers& original);

}  // namespace unsent
