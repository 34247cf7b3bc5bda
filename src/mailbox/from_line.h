// SPDX-License-Identifier: MIT
// The line "From sender date" that begins a message in an mbox, as mail programs of
// every age have written it.
#pragma once

#include <string_view>

namespace unsent {

enum class FromLine {
  none,     // prose, or no such line at all
  undated,  // a sender and nothing more: counts only where all else fits
  dated,    // weekday, month, day and time of day, in the order of asctime or of RFC 5322
};

// line without its end.
FromLine classify_from_line(std::string_view line);

// What stands before and behind a From_ line decides as well. text starts at the line and
// holds the one behind it too, unless the mailbox ends there; a dated line begins a message
// if an empty line stands before it or a header field behind it, an undated one needs both.
bool begins_message(std::string_view text, bool is_after_empty_line, char terminator);

}  // namespace unsent
