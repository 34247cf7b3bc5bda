// SPDX-License-Identifier: MIT
// What was sent while the ledger could not be written: lines as `unsent ledger export`
// writes them, in LEDGER.pending beside it, mode 0600, until the next writer takes them in.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "ledger/ledger_writer.h"

namespace unsent {

// On the disk when it returns.
Result<void> keep_pending(const std::string& ledger_path, const Entry& entry);

// Records what is there, if anything, and removes the file. A line that cannot be read is
// passed over and said. What is being written to at the moment waits for the next call.
Result<void> take_pending(const std::string& ledger_path, LedgerWriter& ledger, Time now);

// The same where others record: one after the other, until one fails with temp_fail; then all are
// kept. What is refused otherwise is said, and gone.
Result<void> hand_over_pending(const std::string& ledger_path,
                               const std::function<Result<void>(const Entry&)>& record);

}  // namespace unsent
