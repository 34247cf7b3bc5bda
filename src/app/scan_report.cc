// SPDX-License-Identifier: MIT
#include "app/scan_report.h"

#include <fmt/format.h>

#include <array>

#include "action/report.h"
#include "app/output.h"

namespace unsent {
namespace {

constexpr std::array<Verdict, 4> kVerdicts = {Verdict::genuine, Verdict::backscatter,
                                              Verdict::unverified, Verdict::ordinary};

class LineReport : public ScanSink {
 public:
  explicit LineReport(bool is_json) : is_json_(is_json) {}

  Result<void> take(const Scanned& scanned) override {
    const Verdict verdict = scanned.judgement.decision.verdict;
    ++counts_.at(static_cast<std::size_t>(verdict));
    ++total_;
    bytes_ += scanned.stored.size;
    const Place place{scanned.stored.path, scanned.stored.offset};
    if (is_json_) return output_.line(to_json(place, scanned.message, scanned.judgement));
    if (verdict == Verdict::ordinary) return {};
    return output_.line(to_line(place, scanned.message, scanned.judgement));
  }

  Result<void> finish(const ScanEnd&) override {
    if (!is_json_) {
      std::string totals = fmt::format("{} messages, {} bytes:", total_, bytes_);
      for (const Verdict verdict : kVerdicts)
        totals += fmt::format(" {} {}{}", counts_.at(static_cast<std::size_t>(verdict)),
                              name_of(verdict), verdict == kVerdicts.back() ? "" : ",");
      if (auto written = output_.line(totals); !written) return written;
    }
    return output_.flush();
  }

 private:
  bool is_json_;
  Output output_;
  std::array<std::uint64_t, 4> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

boost::program_options::options_description scan_report_options() {
  boost::program_options::options_description options("Report");
  options.add_options()("json", "one JSON object a message, ordinary ones too");
  return options;
}

Result<std::unique_ptr<ScanSink>> make_scan_report(const Parsed& parsed) {
  return std::unique_ptr<ScanSink>(std::make_unique<LineReport>(parsed.has("json")));
}

}  // namespace unsent
