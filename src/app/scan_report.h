// SPDX-License-Identifier: MIT
// What scan shows of the mailboxes: a line a report and totals, or JSON.
#pragma once

#include <memory>

#include "app/options.h"
#include "app/scan_sink.h"

namespace unsent {

boost::program_options::options_description scan_report_options();

Result<std::unique_ptr<ScanSink>> make_scan_report(const Parsed& parsed);

}  // namespace unsent
