// SPDX-License-Identifier: MIT
#include "scan/report.h"

#include "base/file.h"
#include "base/local_time.h"
#include "report/csv.h"
#include "report/html.h"
#include "report/report.h"
#include "report/text.h"
#include "scan/choice.h"
#include "scan/circumstances.h"
#include "scan/progress.h"
#include "setup/new_file.h"
#include "setup/output.h"
#include "setup/setup.h"
#include "setup/terminal.h"

namespace unsent {
namespace {

// A line for each message as it is judged.
class JsonLines : public ScanSink {
 public:
  void ask_for(GistParts& parts) const override {
    parts.line = GistParts::Line::json;
    parts.has_campaign = true;
  }
  Result<void> take(const Scanned& scanned) override { return output_.json(scanned.gist.line); }
  Result<void> finish(const ScanEnd& end) override {
    for (const std::string& problem : end.problems) {
      const std::string path = problem.substr(0, problem.find(": "));
      if (auto told = output_.json(failure_json(path_exists(path) ? path : "", problem)); !told)
        return told;
    }
    return output_.flush();
  }

 private:
  Output output_;
};

// A line for each report.
class CsvLines : public ScanSink {
 public:
  void ask_for(GistParts& parts) const override {
    parts.line = GistParts::Line::csv;
    parts.has_campaign = true;
  }
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

// What of the sum is shown.
struct Shown {
  bool is_text = true;
  bool is_all = false;  // of the text
  std::optional<NewFile> page;

  // As many reports are kept as are shown.
  ScanLimits limits() const {
    if (page || (is_text && is_all)) return {};
    return {kFewShown, kFewShown, 0};
  }
};

// Sums up, and shows the sum at the end: as text, as a page, or both.
class SummaryReport : public ScanSink {
 public:
  SummaryReport(ScanHead head, Shown shown, OpenDns open_dns)
      : shown_(std::move(shown)),
        head_(std::move(head)),
        open_dns_(std::move(open_dns)),
        summary_(shown_.limits(), zone_offset(head_.made)) {}

  void ask_for(GistParts& parts) const override {
    parts.has_item = true;
    if (shown_.page) parts.has_digest = true;
  }
  Result<void> take(const Scanned& scanned) override {
    if (scanned.gist.kind == Kind::ordinary) {
      summary_.add_ordinary(1, scanned.stored.size);
      return {};
    }
    ScanItem item = std::move(scanned.gist.item);
    if (shown_.page && item.verdict != Verdict::genuine) item.id = message_id_of(scanned.gist);
    summary_.add(std::move(item), scanned.stored.size);
    return {};
  }

  Result<void> finish(const ScanEnd& end) override {
    head_.is_partial = end.is_interrupted;
    head_.notices = end.notices;
    if (!end.is_interrupted && summary_.reports() > 0)
      if (auto dns = open_dns_()) ask_for_spf(head_.circumstances, summary_, *dns->waiting);
    if (shown_.page) {
      put_html(head_, summary_, [&](std::string_view text) { shown_.page->text(text); });
      if (auto finished = shown_.page->finish(end.read); !finished) return finished;
    }
    return shown_.is_text ? print() : Result<void>();
  }

 private:
  Result<void> print() {
    const Terminal terminal = Terminal::of_output();
    const TextStyle style{terminal.width, terminal.is_coloured, shows_blocks(), shown_.is_all};
    Output output;
    const std::string text = to_text(head_, summary_, style);
    auto written = terminal.is_coloured ? output.painted(text) : output.text(text);
    if (!written) return written;
    return output.flush();
  }

  Shown shown_;
  ScanHead head_;
  OpenDns open_dns_;
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

std::unique_ptr<ScanSink> make_json_lines() { return std::make_unique<JsonLines>(); }

OptionGroup scan_report_options(ScanReportOptions& options) {
  OptionGroup group("Report");
  group
      .flag("json", options.is_json,
            "one JSON object a message, ordinary ones too; with --acts, --undo one an act")
      .flag("csv", options.is_csv, "a table of the reports, for spreadsheets")
      .flag("all", options.is_all,
            "every report in the text, not the first of them, and all figures")
      .text("html", "FILE", options.html,
            "the report as a page with charts, beside what is printed")
      .check([&options]() -> Result<void> {
        if (options.is_json && options.is_csv)
          return fail(ErrorCode::usage, "scan: --json and --csv exclude each other");
        return {};
      });
  return group;
}

Result<std::unique_ptr<ScanSink>> make_scan_report(const ScanReportOptions& options,
                                                   const Parsed& parsed,
                                                   Circumstances circumstances, OpenDns open_dns) {
  std::optional<NewFile> page;
  if (const auto& path = options.html) {
    if (*path == "-")
      return fail(ErrorCode::usage, "--html: the page goes into a file, and the report is printed",
                  "name one, as in --html report.html");
    // Made before the scan: whoever cannot have it need not wait to learn that.
    if (is_named(parsed, *path, "html"))
      return fail(ErrorCode::cant_create, *path + ": is read in this run, and stays what it is",
                  "name another file");
    auto made = NewFile::make(*path, html_begin());
    if (!made) return made.failure();
    page.emplace(std::move(*made));
  }
  auto reports = std::make_unique<Reports>();
  if (options.is_json) reports->add(make_json_lines());
  if (options.is_csv) reports->add(std::make_unique<CsvLines>());
  if (options.is_text() || page) {
    ScanHead head{parsed.operands, false, current_time(), std::move(circumstances)};
    Shown shown{options.is_text(), options.is_all, std::move(page)};
    reports->add(
        std::make_unique<SummaryReport>(std::move(head), std::move(shown), std::move(open_dns)));
  }
  return std::unique_ptr<ScanSink>(std::move(reports));
}

std::unique_ptr<ScanSink> make_scan_progress(const ScanReportOptions& options,
                                             const std::vector<std::string>& mailboxes) {
  // Lines that come onto the same terminal and the one of the progress do not mix.
  if (!options.is_text() && Terminal::of_output().width != 0) return nullptr;
  return make_progress(mailboxes);
}

}  // namespace unsent
