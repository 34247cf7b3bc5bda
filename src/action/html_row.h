// SPDX-License-Identifier: MIT
// The rows of the page's table of messages (action/report_html.h).
#pragma once

#include <string>
#include <string_view>

#include "action/scan_item.h"

namespace unsent {

// Up to where the rows begin. The sheet lays rows out as grids, which takes the meaning of a
// table from some screen readers: hence the roles.
constexpr std::string_view kHtmlTableHead =
    "<table class=\"mails\" role=\"table\" aria-labelledby=\"messages\">\n"
    "<thead role=\"rowgroup\"><tr role=\"row\">"
    "<th role=\"columnheader\" scope=\"col\">Verdict</th>"
    "<th role=\"columnheader\" scope=\"col\">Came</th>"
    "<th role=\"columnheader\" scope=\"col\">About</th>"
    "<th role=\"columnheader\" scope=\"col\">Original subject</th>"
    "<th role=\"columnheader\" scope=\"col\">Reason</th></tr></thead>\n"
    "<tbody role=\"rowgroup\">\n";

// One message: a line to read, and its facts behind a click. campaign: its name, or "".
std::string html_row(const ScanItem& item, std::string_view campaign);

}  // namespace unsent
