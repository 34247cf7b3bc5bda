// SPDX-License-Identifier: MIT
// The report on a scan as one page of HTML that needs nothing else: charts as SVG, a table
// of messages whose facts open on a click, light and dark, on paper and on a phone. Its
// policy (CSP) lets it load nothing and run nothing but its own script, which sorts and
// searches; without script all is there but that.
#pragma once

#include <functional>
#include <string_view>

#include "report/text.h"

namespace unsent {

using Put = std::function<void(std::string_view)>;

// Gives the page to put, piece by piece, so that it need not be held. Text of mails is
// markup() (report/markup.h) wherever it stands.
void put_html(const ScanHead& head, const ScanSummary& summary, const Put& put);

// What every such page begins with, and no page of others.
std::string_view html_begin();

}  // namespace unsent
