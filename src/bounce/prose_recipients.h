// SPDX-License-Identifier: MIT
// Whom the words of a report name as not reached. Words name others, too: a help desk, a
// successor, whoever wrote the original. Only what stands there as mail systems write it, or
// whom the original was sent to, is stated; all else is a guess.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/bounce.h"

namespace unsent {

constexpr std::size_t kMaxProse = 32 * 1024;  // of what stands before the original

// One of them has that address, whatever its case.
bool is_known(const std::vector<RecipientReport>& recipients, const std::string& address);

// What may look like a recipient in a report, and what surely is one.
struct Named {
  // Addresses of the report itself and of the original's authors, and the original's ids.
  std::vector<std::string> others;
  std::vector<std::string> addressees;  // To and Cc of the original
};
Named named_by(const Headers& report, const Original& original);

// The recipients that prose names, and what it says of each: lines that begin with the
// address as mail systems write them; else, as guesses, the addressees that it names, addresses
// that have a line for themselves, or those in its sentences.
void read_prose_recipients(std::string_view prose, const Named& named,
                           std::vector<RecipientReport>& recipients);

// Those that it states, whoever the original was sent to.
std::vector<RecipientReport> stated_recipients(std::string_view prose);

// A line begins with an address.
bool lists_address(std::string_view prose);

}  // namespace unsent
