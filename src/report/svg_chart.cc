// SPDX-License-Identifier: MIT
#include "report/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/local_time.h"
#include "report/figures.h"

namespace unsent {
namespace {

constexpr std::array<Verdict, 4> kStacked = {Verdict::genuine, Verdict::unverified,
                                             Verdict::backscatter, Verdict::ordinary};
constexpr double kLeastBar = 0.4;   // percent of the width: whatever is not nothing is seen
constexpr double kLeastColumn = 2;  // units of the height
constexpr int kDots = 18;           // height of the lane above the columns
constexpr int kAxis = 24;           // height of the lane below them
constexpr std::size_t kMostTicks = 4;
constexpr std::int64_t kDay = 86400;

double share(std::uint64_t count, std::uint64_t most) {
  return most == 0 ? 0 : static_cast<double>(count) / static_cast<double>(most);
}

std::string column(const Timeline::Bin& bin, seconds width, std::uint64_t most, int height,
                   double left, double step) {
  std::string out = fmt::format(
      "<g><title>{}, {}: {}</title><rect x=\"{:.3f}%\" y=\"0\" width=\"{:.3f}%\" height=\"{}\" "
      "fill=\"none\" pointer-events=\"all\"/>",
      minute_text(bin.begin), span_text(width), verdict_text(bin.counts), left, step, height);
  double bottom = height;
  for (const Verdict verdict : {Verdict::backscatter, Verdict::unverified, Verdict::genuine}) {
    if (bin.counts[verdict] == 0) continue;
    const double tall = std::max(kLeastColumn, share(bin.counts[verdict], most) * (height - kDots));
    bottom -= tall;
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.3f}%\" y=\"{:.1f}\" width=\"{:.3f}%\" height=\"{:.1f}\"/>",
        name_of(verdict), left + step * 0.1, bottom, step * 0.8, tall);
  }
  if (bin.counts[Verdict::genuine] > 0)
    out +=
        fmt::format("<circle class=\"genuine\" cx=\"{:.3f}%\" cy=\"5\" r=\"4\"/>", left + step / 2);
  return out + "</g>";
}

// As round as they can be and at most kMostTicks: hours and days of the zone, weeks, or every so
// many bins.
std::vector<std::size_t> ticks(const Timeline::View& view) {
  constexpr std::array<std::int64_t, 11> kSteps = {
      600, 1800, 3600, 10800, 21600, 43200, kDay, 2 * kDay, 7 * kDay, 14 * kDay, 28 * kDay};
  const std::int64_t width = view.width.count();
  const auto most = static_cast<std::int64_t>(kMostTicks);
  const std::int64_t whole = width * static_cast<std::int64_t>(view.bins.size());
  std::int64_t step = (whole / most + width - 1) / width * width;
  const auto rounder = std::find_if(kSteps.begin(), kSteps.end(), [&](std::int64_t candidate) {
    return candidate >= step && candidate % width == 0;
  });
  if (rounder != kSteps.end()) step = *rounder;
  const auto is_round = [&](std::size_t index) {
    const std::int64_t at = (view.bins[index].begin + view.ahead).time_since_epoch().count();
    if (width >= kDay) return static_cast<std::int64_t>(index) * width % step == 0;
    return at % std::min(step, kDay) == 0 && (step <= kDay || at / kDay % (step / kDay) == 0);
  };
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < view.bins.size() && found.size() < kMostTicks; ++i)
    if (is_round(i)) found.push_back(i);
  return found;
}

// The hour, or the day where one begins.
std::string tick(Time begin, seconds ahead, int height, double left, Time now) {
  const CivilTime civil = local_civil(begin);
  const bool is_day = (begin + ahead).time_since_epoch().count() % kDay == 0;
  const std::string text = is_day ? span_begin_text(begin, seconds(kDay), now)
                                  : fmt::format("{:02}:{:02}", civil.hour, civil.minute);
  const std::string_view anchor = left > 90 ? "end" : "start";
  return fmt::format(
      "<line class=\"rule\" x1=\"{0:.3f}%\" x2=\"{0:.3f}%\" y1=\"{1}\" y2=\"{2}\"/>"
      "<text x=\"{0:.3f}%\" y=\"{3}\" text-anchor=\"{4}\">{5}</text>",
      left, height, height + 6, height + 20, anchor, text);
}

}  // namespace

std::string verdict_text(const VerdictCounts& counts) {
  std::string out;
  for (const Verdict verdict : kStacked)
    if (counts[verdict] > 0)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", grouped(counts[verdict]),
                         name_of(verdict));
  return out.empty() ? "none" : out;
}

std::string svg_bar(const VerdictCounts& counts, std::uint64_t most, int height) {
  std::string out = fmt::format("<svg height=\"{}\" aria-hidden=\"true\"><title>{}</title>", height,
                                verdict_text(counts));
  double left = 0;
  for (const Verdict verdict : kStacked) {
    if (counts[verdict] == 0) continue;
    const double wide = std::max(kLeastBar, 100 * share(counts[verdict], most));
    out += fmt::format("<rect class=\"{}\" x=\"{:.3f}%\" width=\"{:.3f}%\" height=\"{}\"/>",
                       name_of(verdict), left, wide, height);
    left += wide;
  }
  return out + "</svg>";
}

std::string svg_columns(const Timeline::View& view, int height, Time now) {
  std::uint64_t most = 0;
  VerdictCounts all;
  for (const Timeline::Bin& bin : view.bins) {
    most = std::max(most, bin.counts.total());
    all += bin.counts;
  }
  const auto places = static_cast<double>(view.bins.size());
  std::string out = fmt::format("<svg height=\"{}\" role=\"img\" aria-label=\"{}\">",
                                height + kAxis, "Reports over time: " + verdict_text(all));
  for (std::size_t i = 0; i < view.bins.size(); ++i)
    out += column(view.bins[i], view.width, most, height, 100 * static_cast<double>(i) / places,
                  100 / places);
  for (const std::size_t i : ticks(view))
    out += tick(view.bins[i].begin, view.ahead, height, 100 * static_cast<double>(i) / places, now);
  return out +
         fmt::format("<line class=\"rule\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/></svg>",
                     height);
}

}  // namespace unsent
