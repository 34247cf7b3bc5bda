// SPDX-License-Identifier: MIT
// The figures of a text report: totals, kinds, when reports came, and who and whence.
#pragma once

#include "report/summary.h"
#include "report/text_canvas.h"

namespace unsent {

void put_totals(TextCanvas& canvas, const ScanSummary& summary);
void put_kinds(TextCanvas& canvas, const ScanSummary& summary);
void put_timeline(TextCanvas& canvas, const ScanSummary& summary, Time now);
// The largest campaigns by the names by which they can be acted on.
void put_campaigns(TextCanvas& canvas, const ScanSummary& summary);
// Reporters, networks and senders.
void put_names(TextCanvas& canvas, const ScanSummary& summary);

}  // namespace unsent
