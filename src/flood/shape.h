// SPDX-License-Identifier: MIT
// What the mails of one run have in common, taken from what differs between them.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// A subject without what differs from one mail of a run to the next: lower case, numbers
// and random words as "#", no punctuation, "Re:" and the like; at most 80 bytes.
// "RE: Order 4711, bob!" → "order # bob".
std::string subject_shape(std::string_view subject);

// Its signs stay, what stands between them becomes "x" (with a digit, or long) or "w"; at most
// 41 bytes. "----=_Part_4711" → "----=_w_x".
std::string word_shape(std::string_view text);

// How a Message-ID was made: its signs stay, what stands between them becomes "x" (with a digit,
// or long) or "w", and its right-hand side "own" (of the organisation of sender_domain), "named"
// or "bare" (no domain). At most 80 bytes; "" without an id.
// "c6f86d76b07e$506bf2ef$7731af10@host0.cheap.example" → "x$x$x@named".
std::string id_shape(std::string_view id, std::string_view sender_domain);

}  // namespace unsent
