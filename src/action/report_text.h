// SPDX-License-Identifier: MIT
// The report on a scan for a terminal or a file: the totals, who and whence, and a line for
// every report that is genuine or cannot be told.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "action/scan_summary.h"

namespace unsent {

// What a report says of the scan itself.
struct ScanHead {
  std::vector<std::string> mailboxes;  // as they were named
  bool is_partial = false;             // the scan was stopped before it was through
  Time made{};
};

struct TextStyle {
  std::size_t width = 0;  // columns of the terminal; 0: no terminal, long lines stay long
  bool is_coloured = false;
};

// Whole lines. Whatever the mail held, no character of it steers the terminal.
std::string to_text(const ScanHead& head, const ScanSummary& summary, const TextStyle& style);

}  // namespace unsent
