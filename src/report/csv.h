// SPDX-License-Identifier: MIT
// The reports of a scan as a table for spreadsheets (RFC 4180): a line each, UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "report/item.h"

namespace unsent {

// "path,offset,time,…" with its CRLF. The columns and their order are stable.
std::string csv_header();
// One message with its CRLF. campaign: its name, or "". What is not known is an empty field. A
// field never holds a line end or control character (base/printable.h), and one that begins with =
// + - or @, which a spreadsheet would take for a formula, has a ' before it.
std::string csv_line(const ScanItem& item, std::string_view campaign);

// One field, quoted where RFC 4180 wants it.
std::string csv_field(std::string_view text);

}  // namespace unsent
