// SPDX-License-Identifier: MIT
// What scan shows of the mailboxes: totals and what to do, a table, or JSON.
#pragma once

#include <functional>
#include <memory>

#include "report/advice.h"
#include "scan/sink.h"
#include "setup/setup.h"

namespace unsent {

using OpenDns = std::function<Result<DnsWindow>()>;

struct ScanReportOptions {
  bool is_json = false;
  bool is_csv = false;
  bool is_all = false;
  std::optional<std::string> html;  // path

  bool is_text() const { return !is_json && !is_csv; }  // standard output is for people
};
OptionGroup scan_report_options(ScanReportOptions& options);

// A line of JSON for each message as it is judged; schema/scan.schema.json.
std::unique_ptr<ScanSink> make_json_lines();

// circumstances: of this scan; open_dns: a window of its own for what is asked at its end, for
// whoever judges may still be at work on the other.
Result<std::unique_ptr<ScanSink>> make_scan_report(const ScanReportOptions& options,
                                                   const Parsed& parsed,
                                                   Circumstances circumstances, OpenDns open_dns);

// How far it is; nullptr where that is not to be shown.
std::unique_ptr<ScanSink> make_scan_progress(const ScanReportOptions& options,
                                             const std::vector<std::string>& mailboxes);

}  // namespace unsent
