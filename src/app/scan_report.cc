// SPDX-License-Identifier: MIT
#include "app/scan_report.h"

#include "action/report_csv.h"
#include "action/report_html.h"
#include "action/report_text.h"
#include "app/new_file.h"
#include "app/output.h"
#include "app/progress.h"
#include "app/setup.h"
#include "app/terminal.h"

namespace unsent {
namespace {

// A line for each message as it is judged.
class JsonLines : public ScanSink {
 public:
  void ask_for(GistParts& parts) const override { parts.line = GistParts::Line::json; }
  Result<void> take(const Scanned& scanned) override { return output_.line(scanned.gist.line); }
  Result<void> finish(const ScanEnd&) override { return output_.flush(); }

 private:
  Output output_;
};

// A line for each report.
class CsvLines : public ScanSink {
 public:
  void ask_for(GistParts& parts) const override { parts.line = GistParts::Line::csv; }
  Result<void> take(const Scanned& scanned) override {
    if (auto begun = begin(); !begun) return begun;
    return output_.text(scanned.gist.line);
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

// Sums up, and shows the sum at the end: as text, as a page, or both.
class SummaryReport : public ScanSink {
 public:
  SummaryReport(std::vector<std::string> mailboxes, bool is_text, std::optional<NewFile> page)
      : is_text_(is_text), page_(std::move(page)) {
    head_.mailboxes = std::move(mailboxes);
    head_.made = current_time();
  }

  void ask_for(GistParts& parts) const override { parts.has_item = true; }
  Result<void> take(const Scanned& scanned) override {
    if (scanned.gist.kind == Kind::ordinary)
      summary_.add_ordinary(1, scanned.stored.size);
    else
      summary_.add(std::move(scanned.gist.item), scanned.stored.size);
    return {};
  }

  Result<void> finish(const ScanEnd& end) override {
    head_.is_partial = end.is_interrupted;
    if (page_) {
      put_html(head_, summary_, [&](std::string_view text) { page_->text(text); });
      if (auto finished = page_->finish(end.read); !finished) return finished;
    }
    return is_text_ ? print() : Result<void>();
  }

 private:
  Result<void> print() {
    const Terminal terminal = Terminal::of_output();
    Output output;
    if (auto written =
            output.text(to_text(head_, summary_, {terminal.width, terminal.is_coloured}));
        !written)
      return written;
    return output.flush();
  }

  bool is_text_;
  std::optional<NewFile> page_;
  ScanHead head_;
  ScanSummary summary_;
};

// One report after the other.
class Reports : public ScanSink {
 public:
  void add(std::unique_ptr<ScanSink> report) { reports_.push_back(std::move(report)); }

  void ask_for(GistParts& parts) const override {
    for (const auto& report : reports_) report->ask_for(parts);
  }
  Result<void> take(const Scanned& scanned) override {
    for (const auto& report : reports_)
      if (auto taken = report->take(scanned); !taken) return taken;
    return {};
  }
  Result<void> finish(const ScanEnd& end) override {
    for (const auto& report : reports_)
      if (auto finished = report->finish(end); !finished) return finished;
    return {};
  }

 private:
  std::vector<std::unique_ptr<ScanSink>> reports_;
};

}  // namespace

boost::program_options::options_description scan_report_options() {
  boost::program_options::options_description options("Report");
  auto add = options.add_options();
  add("json", "one JSON object a message, ordinary ones too");
  add("csv", "a table of the reports, for spreadsheets");
  add("html", boost::program_options::value<std::string>()->value_name("FILE"),
      "the report as a page with charts, beside what is printed");
  return options;
}

Result<std::unique_ptr<ScanSink>> make_scan_report(const Parsed& parsed) {
  if (parsed.has("json") && parsed.has("csv"))
    return fail(ErrorCode::usage, "scan: --json and --csv exclude each other");
  std::optional<NewFile> page;
  if (const auto path = parsed.text("html")) {
    // Made before the scan: whoever cannot have it need not wait to learn that.
    if (is_named(parsed, *path, "html"))
      return fail(ErrorCode::cant_create, *path + ": is read in this run, and stays what it is",
                  "name another file");
    auto made = NewFile::make(*path, html_begin());
    if (!made) return made.failure();
    page.emplace(std::move(*made));
  }
  const bool is_text = !parsed.has("json") && !parsed.has("csv");
  auto reports = std::make_unique<Reports>();
  // Lines that come meanwhile onto the same terminal and the one of the progress do not mix.
  if (is_text || Terminal::of_output().width == 0)
    if (auto progress = make_progress(parsed.operands)) reports->add(std::move(progress));
  if (parsed.has("json")) reports->add(std::make_unique<JsonLines>());
  if (parsed.has("csv")) reports->add(std::make_unique<CsvLines>());
  if (is_text || page)
    reports->add(std::make_unique<SummaryReport>(parsed.operands, is_text, std::move(page)));
  return std::unique_ptr<ScanSink>(std::move(reports));
}

}  // namespace unsent
