// SPDX-License-Identifier: MIT
#include "report/text.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "report/figures.h"
#include "report/shell_text.h"
#include "report/text_canvas.h"
#include "report/text_items.h"
#include "report/text_lists.h"

namespace unsent {
namespace {

void put_title(TextCanvas& canvas, const ScanHead& head, const ScanSummary& summary) {
  std::string names;
  for (const std::string& mailbox : head.mailboxes)
    names += (names.empty() ? "" : ", ") + printable(mailbox);
  canvas.line(canvas.heading(fit(names, canvas.width())));
  std::string counts =
      fmt::format("{}, {}, {}", counted(summary.messages(), "message", "messages"),
                  byte_text(summary.bytes()), counted(summary.reports(), "report", "reports"));
  if (summary.first()) {
    const std::string first = day_text(*summary.first());
    const std::string last = day_text(*summary.last());
    counts += first == last ? " of " + first : fmt::format(" from {} to {}", first, last);
  }
  canvas.wrapped(counts);
  if (head.is_partial)
    canvas.line(canvas.painted(
        "PARTIAL: stopped before the end; this is of what was read until then.", "1;33"));
  for (const std::string& notice : head.notices) canvas.wrapped(printable(notice));
  canvas.line();
}

void put_command(TextCanvas& canvas, const std::vector<std::string>& words) {
  constexpr std::string_view kIndent = "       ";
  for (const std::string& line : command_lines(words, canvas.width() - kIndent.size()))
    canvas.line(std::string(kIndent) + canvas.painted(line, "36"));
}

void put_advice(TextCanvas& canvas, const ScanHead& head, const ScanSummary& summary) {
  canvas.line();
  canvas.line(canvas.heading("On what this rests"));
  for (const std::string& ground : grounds(head.circumstances, summary))
    canvas.wrapped(printable(ground), "  ", "  ");
  const std::vector<Advice> list = advise(head.circumstances, summary, head.made);
  if (list.empty()) return;
  canvas.line();
  canvas.line(canvas.heading("What to do next"));
  for (std::size_t i = 0; i < list.size(); ++i) {
    canvas.wrapped(printable(list[i].text), fmt::format("  {}. ", i + 1), "     ");
    for (const auto& words : list[i].commands) put_command(canvas, words);
  }
}

void put_closing(TextCanvas& canvas, const ScanHead& head, const ScanSummary& summary) {
  const VerdictCounts& counts = summary.counts();
  canvas.line();
  canvas.wrapped(fmt::format(
      "{}{}: {} genuine, {} unverified, {} backscatter, {} ordinary",
      head.is_partial ? "so far " : "", counted(summary.messages(), "message", "messages"),
      grouped(counts[Verdict::genuine]), grouped(counts[Verdict::unverified]),
      grouped(counts[Verdict::backscatter]), grouped(counts[Verdict::ordinary])));
}

}  // namespace

std::string to_text(const ScanHead& head, const ScanSummary& summary, const TextStyle& style) {
  TextCanvas canvas(style);
  put_title(canvas, head, summary);
  put_totals(canvas, summary);
  if (summary.reports() > 0) {
    if (style.shows_all) put_kinds(canvas, summary);
    if (style.shows_all) put_timeline(canvas, summary, head.made);
    put_campaigns(canvas, summary);
    if (style.shows_all) put_names(canvas, summary);
    put_advice(canvas, head, summary);
    put_items(canvas, summary, Verdict::genuine, head.made);
    put_items(canvas, summary, Verdict::unverified, head.made);
    put_people(canvas, summary, head.made);
  }
  put_closing(canvas, head, summary);
  return canvas.take();
}

}  // namespace unsent
