// SPDX-License-Identifier: MIT
// The report on a scan for a terminal or a file: the totals, the campaigns, what to do next, and
// the first reports that are genuine or cannot be told; or all of these, and who and whence.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/advice.h"
#include "report/summary.h"

namespace unsent {

// What a report says of the scan itself.
struct ScanHead {
  std::vector<std::string> mailboxes;  // as they were named
  bool is_partial = false;             // the scan was stopped before it was through
  Time made{};
  Circumstances circumstances = {};
  std::vector<std::string> notices = {};  // what to know first, a sentence or two each
};

struct TextStyle {
  std::size_t width = 0;  // columns of the terminal; 0: no terminal
  bool is_coloured = false;
  bool has_blocks = true;  // block characters can be shown; else bars are of "#"
  bool shows_all = false;  // every report, in as many lines as it takes; and all lists
};

// How many genuine and how many unverified reports are shown where not all are.
constexpr std::size_t kFewShown = 20;

// Whole lines. Whatever the mail held, no character of it steers the terminal.
std::string to_text(const ScanHead& head, const ScanSummary& summary, const TextStyle& style);

}  // namespace unsent
