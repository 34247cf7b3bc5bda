// SPDX-License-Identifier: MIT
#include "app/scan_report.h"

#include "action/report.h"
#include "action/report_csv.h"
#include "action/report_text.h"
#include "app/output.h"
#include "app/setup.h"
#include "app/terminal.h"

namespace unsent {
namespace {

Place place_of(const StoredMessage& stored) { return {stored.path, stored.offset}; }

// A line for each message as it is judged.
class JsonLines : public ScanSink {
 public:
  Result<void> take(const Scanned& scanned) override {
    return output_.line(to_json(place_of(scanned.stored), scanned.message, scanned.judgement));
  }
  Result<void> finish(const ScanEnd&) override { return output_.flush(); }

 private:
  Output output_;
};

// A line for each report.
class CsvLines : public ScanSink {
 public:
  Result<void> take(const Scanned& scanned) override {
    if (auto begun = begin(); !begun) return begun;
    if (scanned.judgement.bounce.kind == Kind::ordinary) return {};
    return output_.text(
        csv_line(scan_item(place_of(scanned.stored), scanned.message, scanned.judgement)));
  }
  Result<void> finish(const ScanEnd&) override {
    if (auto begun = begin(); !begun) return begun;
    return output_.flush();
  }

 private:
  Result<void> begin() {
    if (has_begun_) return {};
    has_begun_ = true;
    return output_.text(csv_header());
  }

  Output output_;
  bool has_begun_ = false;
};

// Sums up, and shows the sum at the end.
class SummaryReport : public ScanSink {
 public:
  explicit SummaryReport(std::vector<std::string> mailboxes) {
    head_.mailboxes = std::move(mailboxes);
    head_.made = current_time();
  }

  Result<void> take(const Scanned& scanned) override {
    if (scanned.judgement.bounce.kind == Kind::ordinary) {
      summary_.add_ordinary(1, scanned.stored.size);
      return {};
    }
    summary_.add(scan_item(place_of(scanned.stored), scanned.message, scanned.judgement),
                 scanned.stored.size);
    return {};
  }

  Result<void> finish(const ScanEnd& end) override {
    head_.is_partial = end.is_interrupted;
    const Terminal terminal = Terminal::of_output();
    Output output;
    if (auto written =
            output.text(to_text(head_, summary_, {terminal.width, terminal.is_coloured}));
        !written)
      return written;
    return output.flush();
  }

 private:
  ScanHead head_;
  ScanSummary summary_;
};

}  // namespace

boost::program_options::options_description scan_report_options() {
  boost::program_options::options_description options("Report");
  auto add = options.add_options();
  add("json", "one JSON object a message, ordinary ones too");
  add("csv", "a table of the reports, for spreadsheets");
  return options;
}

Result<std::unique_ptr<ScanSink>> make_scan_report(const Parsed& parsed) {
  if (parsed.has("json") && parsed.has("csv"))
    return fail(ErrorCode::usage, "scan: --json and --csv exclude each other");
  if (parsed.has("json")) return std::unique_ptr<ScanSink>(std::make_unique<JsonLines>());
  if (parsed.has("csv")) return std::unique_ptr<ScanSink>(std::make_unique<CsvLines>());
  return std::unique_ptr<ScanSink>(std::make_unique<SummaryReport>(parsed.operands));
}

}  // namespace unsent
