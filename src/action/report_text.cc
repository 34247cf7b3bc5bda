// SPDX-License-Identifier: MIT
#include "action/report_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "action/figures.h"
#include "action/printable.h"
#include "action/ranking.h"

namespace unsent {
namespace {

constexpr std::size_t kCampaignName = 33;  // the longest, which people type, and the colon
constexpr std::size_t kListed = 8;
constexpr std::size_t kUnbound = 100;  // columns where no terminal says how many

using Lines = std::vector<std::string>;

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

// A bar of at most width columns, in eighths of a column; whatever is not nothing is seen.
std::string bar(std::uint64_t value, std::uint64_t most, std::size_t width) {
  if (value == 0 || most == 0) return "";
  constexpr std::array<std::string_view, 8> kParts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double share = static_cast<double>(value) / static_cast<double>(most);
  const auto eighths =
      std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(width * 8)));
  return repeated("█", eighths / 8) + std::string(kParts.at(eighths % 8));
}

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::genuine:
      return "32";
    case Verdict::unverified:
      return "33";
    case Verdict::backscatter:
      return "31";
    case Verdict::ordinary:
      return "2";
  }
  return "";
}

class TextReport {
 public:
  TextReport(const ScanHead& head, const ScanSummary& summary, const TextStyle& style)
      : head_(head), summary_(summary), style_(style) {
    width_ = style.width == 0 ? kUnbound : std::clamp<std::size_t>(style.width, 50, 140);
  }

  std::string render() {
    title();
    verdicts();
    if (summary_.reports() > 0) {
      kinds();
      timeline();
      names();
      listed(Verdict::unverified, "it cannot be told who sent what these are about");
      listed(Verdict::genuine, "about mail that you sent");
    }
    closing();
    return std::move(out_);
  }

 private:
  std::string painted(std::string_view text, std::string_view code) const {
    return style_.is_coloured ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  std::string heading(std::string_view text) const { return painted(text, "1"); }
  void line(std::string_view text) {
    const std::size_t end = text.find_last_not_of(' ');
    out_ += text.substr(0, end == std::string_view::npos ? 0 : end + 1);
    out_ += '\n';
  }

  void title() {
    std::string names;
    for (const std::string& mailbox : head_.mailboxes)
      names += (names.empty() ? "" : ", ") + printable(mailbox);
    line(heading(fit(names, width_)));
    std::string counts =
        fmt::format("{}, {}, {}", counted(summary_.messages(), "message", "messages"),
                    byte_text(summary_.bytes()), counted(summary_.reports(), "report", "reports"));
    if (summary_.first()) {
      const std::string first = day_text(*summary_.first());
      const std::string last = day_text(*summary_.last());
      counts += first == last ? " of " + first : fmt::format(" from {} to {}", first, last);
    }
    out_ += wrap(counts, width_, "") + '\n';
    if (head_.is_partial)
      line(
          painted("PARTIAL: stopped before the end; this is of what was read until then.", "1;33"));
    line("");
  }

  void verdicts() {
    constexpr std::array<Verdict, 4> kOrder = {Verdict::genuine, Verdict::unverified,
                                               Verdict::backscatter, Verdict::ordinary};
    std::uint64_t most = 0;
    for (const Verdict verdict : kOrder) most = std::max(most, summary_.counts()[verdict]);
    const std::size_t digits = grouped(most).size();
    const std::size_t room = std::min<std::size_t>(width_ - 17 - digits, 60);
    for (const Verdict verdict : kOrder)
      line(fmt::format("  {:<11}  {:>{}}  {}", name_of(verdict),
                       grouped(summary_.counts()[verdict]), digits,
                       painted(bar(summary_.counts()[verdict], most, room), colour_of(verdict))));
  }

  void kinds() {
    line("");
    line(heading(fmt::format("{:<14}", "Kinds")) + "    genuine  unverified  backscatter");
    for (const Kind kind : kAllKinds) {
      const VerdictCounts& counts = summary_.counts(kind);
      if (kind == Kind::ordinary || counts.total() == 0) continue;
      const auto figure = [&](Verdict verdict) {
        return counts[verdict] == 0 ? std::string("·") : grouped(counts[verdict]);
      };
      // "·" is two bytes and one column: padded by hand.
      const auto cell = [](const std::string& text, std::size_t width) {
        const std::size_t taken = columns(text);
        return std::string(width > taken ? width - taken : 0, ' ') + text;
      };
      line(fmt::format("  {:<12}{}{}{}", name_of(kind), cell(figure(Verdict::genuine), 11),
                       cell(figure(Verdict::unverified), 12),
                       cell(figure(Verdict::backscatter), 13)));
    }
  }

  void timeline() {
    const Timeline::View view = summary_.timeline().view(width_ - 4);
    if (view.bins.size() < 2) return;
    constexpr std::array<std::string_view, 9> kHeights = {" ", "▁", "▂", "▃", "▄",
                                                          "▅", "▆", "▇", "█"};
    std::uint64_t most = 0;
    for (const auto& bin : view.bins) most = std::max(most, bin.counts.total());
    std::string columns;
    for (const auto& bin : view.bins) {
      const std::uint64_t count = bin.counts.total();
      columns += kHeights.at(static_cast<std::size_t>((count * 8 + most - 1) / most));
    }
    line("");
    line(heading("When they came") +
         fmt::format(", {} a column, at most {}", span_text(view.width), grouped(most)));
    line("  " + columns);
    const auto label = view.width < seconds(86400) ? minute_text : day_text;
    const std::string first = label(view.bins.front().begin);
    const std::string last = label(view.bins.back().begin);
    if (first.size() + last.size() + 2 <= view.bins.size())
      line("  " + pad(first, view.bins.size() - last.size()) + last);
    else
      line(fmt::format("  {} to {}", first, last));
    if (view.earlier + view.later > 0)
      line(fmt::format("  {} earlier, {} later", grouped(view.earlier), grouped(view.later)));
  }

  // A heading, a line for each of the ranking, in width columns; nothing if it is empty.
  // Bars are the shorter where names want that much room.
  Lines list(std::string_view title, const Ranking& ranking, std::size_t width,
             std::size_t wanted = 0) const {
    if (ranking.top.empty()) return {};
    const std::string_view least = ranking.is_exact ? "" : "≥";
    Lines lines{heading(title) + fmt::format(", {}{}", least, grouped(ranking.names))};
    const std::uint64_t most = ranking.top.front().counts.total();
    const std::size_t digits =
        std::max(grouped(most).size(), grouped(ranking.others).size()) + columns(least);
    const std::size_t rest = width - digits - 6;
    const std::size_t bars =
        std::clamp<std::size_t>(std::min(width / 5, rest - std::min(rest, wanted)), 4, 16);
    const std::size_t room = rest - bars;
    const auto figure = [&](std::string_view bound, std::uint64_t count) {
      const std::string text = std::string(bound) + grouped(count);
      return std::string(digits - std::min(digits, columns(text)), ' ') + text;
    };
    for (const Tally::Entry& entry : ranking.top)
      lines.push_back(fmt::format("  {}  {}  {}", pad(fit(printable(entry.name), room), room),
                                  figure(least, entry.counts.total()),
                                  painted(bar(entry.counts.total(), most, bars), "2")));
    if (ranking.others > 0)
      lines.push_back(fmt::format("  {}  {}", pad("all others", room),
                                  figure(ranking.is_exact ? "" : "≤", ranking.others)));
    return lines;
  }

  static std::size_t seen_width(std::string_view painted_text) {
    std::string bare;
    for (std::size_t at = 0; at < painted_text.size(); ++at) {
      if (painted_text[at] == '\x1b')
        at = painted_text.find('m', at);
      else
        bare += painted_text[at];
    }
    return columns(bare);
  }

  // Two lists beside each other where the width allows it.
  void beside(const Lines& left, const Lines& right, std::size_t width) {
    if (left.empty() && right.empty()) return;
    line("");
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      std::string both = i < left.size() ? left[i] : "";
      const std::size_t taken = seen_width(both);
      if (i < right.size()) both += std::string(width > taken ? width - taken : 1, ' ') + right[i];
      line(both);
    }
  }

  void names() {
    const bool is_wide = width_ >= 90;
    const std::size_t width = is_wide ? width_ / 2 - 2 : width_;
    std::vector<Lines> lists;
    const auto by = [](const Tally& tally) { return ranking_of(tally, kListed); };
    const Ranking campaigns =
        ranking_of(summary_.campaigns().list(), summary_.not_genuine(), kListed);
    for (Lines lines :
         {list("Campaigns", campaigns, width, kCampaignName),
          list("Reporters", by(summary_.reporters()), width),
          list("Networks that handed the originals in", by(summary_.networks()), width),
          list("Claimed senders, forged or not known", by(summary_.senders()), width)})
      if (!lines.empty()) lists.push_back(std::move(lines));
    const std::size_t step = is_wide ? 2 : 1;
    for (std::size_t i = 0; i < lists.size(); i += step)
      beside(lists[i], is_wide && i + 1 < lists.size() ? lists[i + 1] : Lines(), width + 4);
  }

  void listed(Verdict verdict, std::string_view meaning) {
    const auto& items = summary_.items(verdict);
    if (summary_.counts()[verdict] == 0) return;
    line("");
    const std::string count =
        fmt::format("{} {}", grouped(summary_.counts()[verdict]), name_of(verdict));
    out_ += painted(count, fmt::format("1;{}", colour_of(verdict)));
    out_ += wrap(count + ": " + std::string(meaning), width_, "").substr(count.size()) + '\n';
    ItemWidths widths;
    for (const ScanItem& item : items) {
      widths.kind = std::max(widths.kind, name_of(item.kind).size());
      widths.about = std::max(widths.about, columns(printable(about(item))));
      widths.subject = std::max(widths.subject, columns(subject_of(item)));
    }
    widths.about = std::min<std::size_t>(widths.about, 36);
    widths.subject = std::min<std::size_t>(widths.subject, 40);
    for (const ScanItem& item : items) item_lines(item, widths);
    if (summary_.not_shown(verdict) > 0)
      line(fmt::format("  and {} more: --csv and --json show every one",
                       grouped(summary_.not_shown(verdict))));
  }

  struct ItemWidths {
    std::size_t kind = 0;
    std::size_t about = 0;
    std::size_t subject = 0;
  };

  static std::string subject_of(const ScanItem& item) {
    return printable(item.original.subject.empty() ? item.subject : item.original.subject);
  }

  // One line; on a terminal the reason goes below, as far as the width needs.
  void item_lines(const ScanItem& item, const ItemWidths& widths) {
    std::string text = fmt::format(
        "  {:<16}  {:<{}}  {}", item.time ? minute_text(*item.time) : "no date", name_of(item.kind),
        widths.kind, pad(fit(printable(about(item)), widths.about), widths.about));
    const std::string reason = fmt::format("{}  [{}:{}]", printable(item.reason),
                                           printable(item.place.path), item.place.offset);
    const std::string subject = fit(subject_of(item), widths.subject);
    if (style_.width == 0)
      return line(fmt::format("{}  {}  {}", text, pad(subject, widths.subject), reason));
    const std::size_t taken = columns(text) + 2;
    if (taken + 8 < width_) text += "  " + fit(subject, width_ - taken);
    line(fit(text, width_));
    const std::string indent(std::min<std::size_t>(20, width_ / 4), ' ');
    line(painted(wrap(reason, width_ - indent.size(), indent), "2"));
  }

  void closing() {
    const VerdictCounts& counts = summary_.counts();
    line("");
    out_ +=
        wrap(fmt::format("{}{}: {} genuine, {} unverified, {} backscatter, {} ordinary",
                         head_.is_partial ? "so far " : "",
                         counted(summary_.messages(), "message", "messages"),
                         grouped(counts[Verdict::genuine]), grouped(counts[Verdict::unverified]),
                         grouped(counts[Verdict::backscatter]), grouped(counts[Verdict::ordinary])),
             width_, "") +
        '\n';
  }

  const ScanHead& head_;
  const ScanSummary& summary_;
  TextStyle style_;
  std::size_t width_ = kUnbound;
  std::string out_;
};

}  // namespace

std::string to_text(const ScanHead& head, const ScanSummary& summary, const TextStyle& style) {
  return TextReport(head, summary, style).render();
}

}  // namespace unsent
