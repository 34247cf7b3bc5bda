// SPDX-License-Identifier: MIT
// The rows of the page's table of messages (report/html.h).
#pragma once

#include <string>
#include <string_view>

#include "report/item.h"

namespace unsent {

// Up to where the groups of rows begin. The sheet lays rows out as grids, which takes the meaning
// of a table from some screen readers: hence the roles.
constexpr std::string_view kHtmlTable =
    "<table class=\"mails\" role=\"table\" aria-labelledby=\"messages\">\n"
    "<thead role=\"rowgroup\"><tr role=\"row\">"
    "<th role=\"columnheader\" scope=\"col\">Verdict</th>"
    "<th role=\"columnheader\" scope=\"col\">Came</th>"
    "<th role=\"columnheader\" scope=\"col\">About</th>"
    "<th role=\"columnheader\" scope=\"col\">Original subject</th>"
    "<th role=\"columnheader\" scope=\"col\">Reason</th></tr></thead>\n";

// One message, in one line of text: a line to read, and its facts behind a click. campaign: its
// name, or "". What the script filters by stands in data attributes.
std::string html_row(const ScanItem& item, std::string_view campaign, Time now);

}  // namespace unsent
