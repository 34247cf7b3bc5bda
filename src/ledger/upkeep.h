// SPDX-License-Identifier: MIT
// What a ledger needs now and then: forgetting what is too old, a look at whether it is
// sound, and a copy. Each opens the file itself; others may read and write meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace unsent {

// Removes the messages sent before then, and says how many. Times before 1980 are nobody's
// true ones: such messages stay. What was promised to be complete is so from then on only.
Result<std::int64_t> expire_ledger(const std::string& path, Time before);

// What is wrong with it, in words; empty if nothing is.
Result<std::vector<std::string>> check_ledger(const std::string& path);

// An error if its pages are not sound: what is written into such a file may take more of it away.
Result<void> check_pages(const std::string& path);

// A whole copy as of this moment, mode 0600. There must be nothing at target; after a
// failure there still is nothing.
Result<void> back_up_ledger(const std::string& path, const std::string& target);

}  // namespace unsent
