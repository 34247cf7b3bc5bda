// SPDX-License-Identifier: MIT
// Walks mailboxes and judges each message; what comes of it goes to the sinks.
#pragma once

#include <string>
#include <vector>

#include "app/scan_sink.h"
#include "app/setup.h"

namespace unsent {

// Hands every message of the mailboxes to each of the sinks, and then tells them that
// this was all. problems: what could not be read within them. An error is one of a named
// mailbox itself, or of a sink; the sinks are then not told of an end.
Result<void> run_scan(const std::vector<std::string>& mailboxes, const Setup& setup,
                      const std::vector<ScanSink*>& sinks, std::vector<std::string>& problems);

}  // namespace unsent
