// SPDX-License-Identifier: MIT
// Reports in no standard form: a mail system's own words, the original behind them as an
// attachment or as text. Nothing here knows a single mail system: the rules do. Where none
// fits it needs a sender that is no person, words that report something, and something
// reported on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bounce/bounce.h"
#include "bounce/standard.h"

namespace unsent {

// True, and bounce filled, for a failure or delay report in prose, a virus notice, a
// challenge, or an automatic reply in words.
bool read_prose_report(const Report& report, Bounce& bounce);

// The original of a standard report that returns it in no part of its own: as text, in an
// attachment of another type, or behind boundaries that were lost.
void find_original_anywhere(const Report& report, Bounce& bounce);

// The recipients of a standard report whose status part names none, or was lost.
void find_recipients_anywhere(const Report& report, Bounce& bounce);

}  // namespace unsent
