// SPDX-License-Identifier: MIT
// The servers that messages and mail logs show to send for us, as far as the ledger proves the
// messages ours: whoever SPF lets through proves nothing about SPF.
#pragma once

#include <string>
#include <vector>

#include "audit/spf_audit.h"
#include "base/result.h"
#include "setup/setup.h"

namespace unsent {

// Adds what is seen to audit. paths: mailboxes, and mail logs, which are known by how they begin.
// Requires: the setup has a ledger. Asks the DNS only about who tells of a message. Messages that
// cannot be read are said on standard error; a source that cannot be is an error.
Result<void> read_sources(const std::vector<std::string>& paths, const Setup& setup,
                          SpfAudit& audit);

}  // namespace unsent
