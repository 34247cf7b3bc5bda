// SPDX-License-Identifier: MIT
// What was sent, into the ledger or to the service that has it.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ledger/entry.h"
#include "setup/config.h"

namespace unsent {

// Of a message that is out already, from `unsent sendmail`: where the ledger is locked, it waits
// beside it (feed/pending.h); where the service is away, among one's own files; the next one takes
// it along. ledger: as --ledger names it. What nothing could be matched with is left.
Result<void> remember(const std::optional<std::string>& ledger, const Config& config,
                      const Entry& entry, Time now);

// Now or not at all, from `unsent record`: path is that of a ledger or of a service. It takes along
// what waits beside a ledger; what goes wrong with that is only said.
Result<void> record_sent(const std::string& path, const Config& config, const Entry& entry);

}  // namespace unsent
