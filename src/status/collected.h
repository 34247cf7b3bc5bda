// SPDX-License-Identifier: MIT
// How things stand, as figures for Prometheus, and the file from which they are collected.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "status/status.h"

namespace unsent {

// Of a ledger that is a file it is asked for more than the status tells: since when it is complete,
// and how far logs were read. now: when the figures are made.
std::string to_metrics(const Status& status, Time now);

// Whole or not at all, for all to read: who collects them is another user.
Result<void> write_metrics(const std::string& path, const std::string& text);

}  // namespace unsent
