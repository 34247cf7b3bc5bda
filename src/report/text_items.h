// SPDX-License-Identifier: MIT
// The reports of one verdict, a line each; or with all of their reasons and places.
#pragma once

#include "report/summary.h"
#include "report/text_canvas.h"

namespace unsent {

// Nothing where there are none. Few of them unless the style says all.
void put_items(TextCanvas& canvas, const ScanSummary& summary, Verdict verdict, Time now);

// Those who answered a flood in the user's name; nothing where nobody did.
void put_people(TextCanvas& canvas, const ScanSummary& summary, Time now);

}  // namespace unsent
