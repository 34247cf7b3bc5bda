// SPDX-License-Identifier: MIT
#include "report/text_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "report/figures.h"
#include "report/ranking.h"

namespace unsent {
namespace {

constexpr std::size_t kListed = 8;
constexpr std::size_t kMostName = 33;  // columns of a campaign's name, the longest

using Lines = std::vector<std::string>;

std::string to_right(const std::string& text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(width > taken ? width - taken : 0, ' ') + text;
}

// A heading, a line for each of the ranking, in width columns; nothing if it is empty.
Lines list(const TextCanvas& canvas, std::string_view title, const Ranking& ranking,
           std::size_t width) {
  if (ranking.top.empty()) return {};
  const std::string_view least = ranking.is_exact ? "" : "≥";
  Lines lines{canvas.heading(title) + fmt::format(", {}{}", least, grouped(ranking.names))};
  const std::uint64_t most = ranking.top.front().counts.total();
  const std::size_t digits =
      std::max(grouped(most).size(), grouped(ranking.others).size()) + columns(least);
  const std::size_t bars = std::clamp<std::size_t>(width / 5, 4, 16);
  const std::size_t room = width - digits - 6 - bars;
  for (const Tally::Entry& entry : ranking.top) {
    const std::uint64_t count = entry.counts.total();
    lines.push_back(fmt::format("  {}  {}  {}", pad(fit(printable(entry.name), room), room),
                                to_right(std::string(least) + grouped(count), digits),
                                canvas.painted(canvas.bar(count, most, bars), "2")));
  }
  if (ranking.others > 0)
    lines.push_back(
        fmt::format("  {}  {}", pad("all others", room),
                    to_right((ranking.is_exact ? "" : "≤") + grouped(ranking.others), digits)));
  return lines;
}

// Two lists beside each other.
void put_beside(TextCanvas& canvas, const Lines& left, const Lines& right, std::size_t width) {
  if (left.empty() && right.empty()) return;
  canvas.line();
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string both = i < left.size() ? left[i] : "";
    const std::size_t taken = seen_width(both);
    if (i < right.size()) both += std::string(width > taken ? width - taken : 1, ' ') + right[i];
    canvas.line(both);
  }
}

}  // namespace

void put_totals(TextCanvas& canvas, const ScanSummary& summary) {
  constexpr std::array<Verdict, 4> kOrder = {Verdict::genuine, Verdict::unverified,
                                             Verdict::backscatter, Verdict::ordinary};
  std::uint64_t most = 0;
  for (const Verdict verdict : kOrder) most = std::max(most, summary.counts()[verdict]);
  const std::size_t digits = grouped(most).size();
  const std::size_t room = std::min<std::size_t>(canvas.width() - 17 - digits, 60);
  for (const Verdict verdict : kOrder) {
    const std::uint64_t count = summary.counts()[verdict];
    canvas.line(fmt::format("  {:<11}  {:>{}}  {}", name_of(verdict), grouped(count), digits,
                            canvas.painted(canvas.bar(count, most, room), colour_of(verdict))));
  }
}

void put_kinds(TextCanvas& canvas, const ScanSummary& summary) {
  canvas.line();
  canvas.line(canvas.heading(fmt::format("{:<14}", "Kinds")) +
              "    genuine  unverified  backscatter");
  for (const Kind kind : kAllKinds) {
    const VerdictCounts& counts = summary.counts(kind);
    if (kind == Kind::ordinary || counts.total() == 0) continue;
    const auto figure = [&](Verdict verdict, std::size_t width) {
      return to_right(counts[verdict] == 0 ? "·" : grouped(counts[verdict]), width);
    };
    canvas.line(fmt::format("  {:<12}{}{}{}", name_of(kind), figure(Verdict::genuine, 11),
                            figure(Verdict::unverified, 12), figure(Verdict::backscatter, 13)));
  }
}

void put_timeline(TextCanvas& canvas, const ScanSummary& summary, Time now) {
  const Timeline::View view = summary.timeline().view(canvas.width() - 4);
  if (view.bins.size() < 2) return;
  std::uint64_t most = 0;
  for (const auto& bin : view.bins) most = std::max(most, bin.counts.total());
  std::string heights;
  for (const auto& bin : view.bins) heights += canvas.height(bin.counts.total(), most);
  canvas.line();
  canvas.line(canvas.heading("When they came") +
              fmt::format(", {} a column, at most {}", span_text(view.width), grouped(most)));
  canvas.line("  " + heights);
  const std::string first = span_begin_text(view.bins.front().begin, view.width, now);
  const std::string last = span_begin_text(view.bins.back().begin, view.width, now);
  if (first.size() + last.size() + 2 <= view.bins.size())
    canvas.line("  " + pad(first, view.bins.size() - last.size()) + last);
  else
    canvas.line(fmt::format("  {} to {}", first, last));
  if (view.earlier + view.later > 0)
    canvas.line(fmt::format("  {} earlier, {} later", grouped(view.earlier), grouped(view.later)));
}

void put_campaigns(TextCanvas& canvas, const ScanSummary& summary) {
  const std::vector<Campaign> campaigns = summary.campaigns().list();
  if (campaigns.empty()) return;
  canvas.line();
  canvas.line(canvas.heading("Campaigns") + fmt::format(", {}", grouped(campaigns.size())));
  const std::size_t shown = std::min(campaigns.size(), kListed);
  std::size_t name_width = 0;
  for (std::size_t i = 0; i < shown; ++i)
    name_width = std::max(name_width, campaigns[i].name.size());
  name_width = std::min(name_width, kMostName);
  const std::size_t digits = grouped(campaigns.front().bounces).size();
  std::uint64_t others = summary.not_genuine();
  for (std::size_t i = 0; i < shown; ++i) {
    const Campaign& one = campaigns[i];
    others -= std::min(others, one.bounces);
    const std::string text = fmt::format("  {:>{}}  {}  {}", grouped(one.bounces), digits,
                                         pad(one.name, name_width), printable(one.shared));
    canvas.line(fit(text, canvas.width()));
  }
  if (others > 0)
    canvas.line(fmt::format("  {:>{}}  of other campaigns, or of none", grouped(others), digits));
}

void put_names(TextCanvas& canvas, const ScanSummary& summary) {
  const bool is_wide = canvas.width() >= 90;
  const std::size_t width = is_wide ? canvas.width() / 2 - 2 : canvas.width();
  std::vector<Lines> lists;
  const auto by = [](const Tally& tally) { return ranking_of(tally, kListed); };
  for (Lines lines :
       {list(canvas, "Reporters", by(summary.reporters()), width),
        list(canvas, "Networks that handed the originals in", by(summary.networks()), width),
        list(canvas, "Claimed senders, forged or not known", by(summary.senders()), width)})
    if (!lines.empty()) lists.push_back(std::move(lines));
  const std::size_t step = is_wide ? 2 : 1;
  for (std::size_t i = 0; i < lists.size(); i += step)
    put_beside(canvas, lists[i], is_wide && i + 1 < lists.size() ? lists[i + 1] : Lines(),
               width + 4);
}

}  // namespace unsent
