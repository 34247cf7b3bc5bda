// SPDX-License-Identifier: MIT
// The line "From sender date" that begins a message in an mbox, as mail programs of
// every age have written it.
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

enum class FromLine {
  none,     // prose, or no such line at all
  undated,  // a sender and nothing more: counts only where all else fits
  foreign,  // a sender, a time and a year, in another order or tongue: likewise
  dated,    // weekday, month, day and time of day, in the order of asctime or of RFC 5322
};

// line without its end.
FromLine classify_from_line(std::string_view line);

// What stands before a From_ line.
enum class After {
  text,
  empty_line,
  stated_end,  // a Content-Length ends there
};

// Whether a message begins at text: with a From_ line, behind which, unless a length says
// the same, a header field stands; text holds that line too. An undated or foreign From_ line
// needs an empty line before it.
bool begins_message(std::string_view text, After before);

// Where in a piece of a mailbox, which may have been given too far an end, something stands
// that looks like the beginning of another message: two of its three signs (the From_ line's
// form, an empty line before it, a header field behind it) are there. Where the piece begins
// with a quoted From_ line, so may the others; and MMDF parts messages by lines of four Control-A
// and needs no From_ lines. npos: nowhere.
std::size_t find_doubtful(std::string_view piece);

// The same, but only where a header of mail stands behind it: without one, no message is lost to
// whoever only reads.
std::size_t find_doubtful_header(std::string_view piece);

// Where in the first bytes of a file an mbox's first message begins: behind a byte-order
// mark, empty lines, and up to some lines of other programs' talk ("+OK 3 messages"). Its
// From_ line may have been quoted. npos: the file is no mbox.
std::size_t find_mbox_begin(std::string_view head);

// Whether a file begins as MMDF has it: with a line of four Control-A, and a header behind it.
bool looks_like_mmdf(std::string_view head);

}  // namespace unsent
