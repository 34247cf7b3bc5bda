// SPDX-License-Identifier: MIT
#include "action/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "action/figures.h"

namespace unsent {
namespace {

constexpr std::array<Verdict, 4> kStacked = {Verdict::genuine, Verdict::unverified,
                                             Verdict::backscatter, Verdict::ordinary};
constexpr double kLeastBar = 0.4;   // percent of the width: whatever is not nothing is seen
constexpr double kLeastColumn = 2;  // units of the height
constexpr int kDots = 18;           // height of the lane above the columns

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

std::string svg_columns(const Timeline::View& view, int height) {
  std::uint64_t most = 0;
  VerdictCounts all;
  for (const Timeline::Bin& bin : view.bins) {
    most = std::max(most, bin.counts.total());
    all += bin.counts;
  }
  // A single bin would be one wide block: at least so many places.
  const double places = std::max<double>(12, static_cast<double>(view.bins.size()));
  std::string out = fmt::format("<svg height=\"{}\" role=\"img\" aria-label=\"{}\">", height,
                                "Reports over time: " + verdict_text(all));
  for (std::size_t i = 0; i < view.bins.size(); ++i)
    out += column(view.bins[i], view.width, most, height, 100 * static_cast<double>(i) / places,
                  100 / places);
  return out +
         fmt::format("<line class=\"rule\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/></svg>",
                     height);
}

}  // namespace unsent
