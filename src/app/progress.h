// SPDX-License-Identifier: MIT
// Shows on standard error how far a scan is, if that is a terminal: a thread of its own
// redraws one line at most ten times a second, and takes it away at the end. The scan pays a
// few stores a message for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/scan_sink.h"

namespace unsent {

// A sink that has to stand before those that print at the end; nullptr where nothing is to
// be shown: standard error is no terminal, or a dumb one.
std::unique_ptr<ScanSink> make_progress(const std::vector<std::string>& mailboxes);

}  // namespace unsent
