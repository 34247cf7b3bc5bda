// SPDX-License-Identifier: MIT
// The page's messages (report/html.h): a table, grouped by campaign and folded, with what
// searches and filters it and builds the command for what is ticked. The rows stand in a
// <noscript>: a browser that runs no script shows them all, one that does reads a few at a time.
#pragma once

#include "report/html.h"

namespace unsent {

void put_messages(const ScanHead& head, const ScanSummary& summary,
                  const std::vector<Campaign>& campaigns, const Put& put);

}  // namespace unsent
