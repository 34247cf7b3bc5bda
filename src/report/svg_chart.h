// SPDX-License-Identifier: MIT
// Charts as inline SVG. They stretch with the page: all that lies across is in percent, and
// their colours are classes (the verdicts' names) of the page's style sheet. Numbers only:
// no text of a mail comes in here.
#pragma once

#include <cstdint>
#include <string>

#include "report/tally.h"
#include "report/timeline.h"

namespace unsent {

// One bar of counts by verdict, as long as its total is against most. Not for screen
// readers: the figures stand beside it.
std::string svg_bar(const VerdictCounts& counts, std::uint64_t most, int height);

// A column a bin, by verdict, and a dot above every bin that holds a genuine report, which
// among thousands of others would not be seen. Below them the times at which some bins begin,
// where they do, in the zone of whoever runs this.
std::string svg_columns(const Timeline::View& view, int height, Time now);

// "1 genuine, 12 unverified, 4,971 backscatter": what is none is not named.
std::string verdict_text(const VerdictCounts& counts);

}  // namespace unsent
