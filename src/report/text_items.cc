// SPDX-License-Identifier: MIT
#include "report/text_items.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "report/figures.h"
#include "report/plain_reason.h"

namespace unsent {
namespace {

constexpr std::size_t kMostAbout = 36;
constexpr std::size_t kMostSubject = 40;
constexpr std::size_t kWithSubject = 90;  // columns from which on a short line has room for it

std::string subject_of(const ScanItem& item) {
  return printable(item.original.subject.empty() ? item.subject : item.original.subject);
}

std::string time_of(const ScanItem& item, Time now) {
  return item.time ? minute_text(*item.time, now) : "no date";
}

struct Widths {
  std::size_t time = 0;
  std::size_t kind = 0;
  std::size_t about = 0;
  std::size_t subject = 0;
};

Widths widths_of(const std::vector<ScanItem>& items, std::size_t shown, Time now) {
  Widths widths;
  for (std::size_t i = 0; i < shown; ++i) {
    widths.time = std::max(widths.time, time_of(items[i], now).size());
    widths.kind = std::max(widths.kind, name_of(items[i].kind).size());
    widths.about = std::max(widths.about, columns(printable(about(items[i]))));
    widths.subject = std::max(widths.subject, columns(subject_of(items[i])));
  }
  widths.about = std::min(widths.about, kMostAbout);
  widths.subject = std::min(widths.subject, kMostSubject);
  return widths;
}

std::string cell(const std::string& text, std::size_t width) {
  return pad(fit(text, width), width) + "  ";
}

// One line: when, about whom, and why; what, where the terminal is wide.
void put_short(TextCanvas& canvas, const ScanItem& item, Widths widths, Time now) {
  const std::size_t third = (canvas.width() - widths.time) / 3;
  std::string text = "  " + cell(time_of(item, now), widths.time) +
                     cell(printable(about(item)), std::min(widths.about, third));
  if (canvas.width() >= kWithSubject)
    text += cell(subject_of(item), std::min(widths.subject, third - 4));
  canvas.line(fit(text + printable(brief_reason(item, now)), canvas.width()));
}

// On a terminal the reason goes below, as far as the width needs.
void put_whole(TextCanvas& canvas, const ScanItem& item, Widths widths, Time now) {
  std::string text = "  " + cell(time_of(item, now), widths.time) +
                     cell(std::string(name_of(item.kind)), widths.kind) +
                     cell(printable(about(item)), widths.about);
  const std::string reason =
      fmt::format("{}  [{}]", printable(item.reason), printable(brief_where(item.place)));
  if (canvas.style().width == 0)
    return canvas.line(text + cell(subject_of(item), widths.subject) + reason);
  const std::size_t taken = columns(text);
  if (taken + 8 < canvas.width()) text += fit(subject_of(item), canvas.width() - taken);
  canvas.line(fit(text, canvas.width()));
  const std::string indent(std::min<std::size_t>(20, canvas.width() / 4), ' ');
  canvas.line(canvas.painted(wrap(reason, canvas.width() - indent.size(), indent), "2"));
}

std::string_view meaning_of(Verdict verdict) {
  return verdict == Verdict::genuine ? "about mail that you sent" : "it cannot be told";
}

}  // namespace

void put_items(TextCanvas& canvas, const ScanSummary& summary, Verdict verdict, Time now) {
  const std::uint64_t count = summary.counts()[verdict];
  if (count == 0) return;
  const bool shows_all = canvas.style().shows_all;
  const auto& items = summary.items(verdict);
  const std::size_t shown = shows_all ? items.size() : std::min(items.size(), kFewShown);
  canvas.line();
  canvas.line(canvas.painted(fmt::format("{} {}", grouped(count), name_of(verdict)),
                             fmt::format("1;{}", colour_of(verdict))) +
              fmt::format(": {}", meaning_of(verdict)));
  const Widths widths = widths_of(items, shown, now);
  for (std::size_t i = 0; i < shown; ++i)
    shows_all ? put_whole(canvas, items[i], widths, now) : put_short(canvas, items[i], widths, now);
  const std::uint64_t more = count - shown;
  if (more == 0) return;
  canvas.line(fmt::format(
      "  and {} more: {}", grouped(more),
      shows_all ? "--csv and --json show every one" : "--all, --html FILE or --csv shows them"));
}

void put_people(TextCanvas& canvas, const ScanSummary& summary, Time now) {
  const auto& people = summary.people();
  if (people.empty()) return;
  const std::uint64_t count = summary.counts(Kind::reply).total();
  canvas.line();
  canvas.line(canvas.painted(counted(count, "person", "people") + " who answered", "1"));
  canvas.wrapped(
      "They got mail in your name, and wrote to you. What they wrote is left alone by everything "
      "but --also reply.",
      "  ", "  ");
  const std::size_t shown = std::min(people.size(), kFewShown);
  const Widths widths = widths_of(people, shown, now);
  for (std::size_t i = 0; i < shown; ++i)
    canvas.line(fit("  " + cell(time_of(people[i], now), widths.time) +
                        cell(printable(about(people[i])), widths.about) + subject_of(people[i]),
                    canvas.width()));
  if (count > shown)
    canvas.line(fmt::format("  and {} more: --csv shows them", grouped(count - shown)));
}

}  // namespace unsent
