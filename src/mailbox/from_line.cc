// SPDX-License-Identifier: MIT
#include "mailbox/from_line.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"
#include "mail/header.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxLine = 1000;
constexpr std::string_view kFrom = "From ";
constexpr std::string_view kQuotedFrom = ">From ";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 7> kWeekdays = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};
constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view word) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view name) { return equal_ignoring_case(name, word); });
}

bool is_weekday(std::string_view word) {
  if (!word.empty() && word.back() == ',') word.remove_suffix(1);
  return is_one_of(kWeekdays, word);
}

bool is_day(std::string_view word) {
  return !word.empty() && word.size() <= 2 && std::all_of(word.begin(), word.end(), is_digit);
}

// "9:05", "10:00:00"
bool is_time_of_day(std::string_view word) {
  const std::size_t colon = word.find(':');
  return (colon == 1 || colon == 2) && word.size() >= colon + 3 && is_digit(word[0]) &&
         is_digit(word[colon - 1]) && is_digit(word[colon + 1]) && is_digit(word[colon + 2]);
}

// Up to 24 words; more stand in no From_ line.
struct Words {
  std::array<std::string_view, 24> list;
  std::size_t count = 0;

  explicit Words(std::string_view text) {
    while (count < list.size()) {
      text = trim(text);
      if (text.empty()) return;
      const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
      list[count++] = text.substr(0, end);
      text.remove_prefix(end);
    }
  }
  std::string_view at(std::size_t i) const { return i < count ? list[i] : std::string_view(); }
};

// "Mon Nov 23 10:00:00 2026", "Mon, 23 Nov 2026 10:00:00 +0000" at word i.
bool is_date_at(const Words& words, std::size_t i) {
  if (!is_weekday(words.at(i))) return false;
  const bool is_asctime = is_one_of(kMonths, words.at(i + 1)) && is_day(words.at(i + 2));
  const bool is_rfc = is_day(words.at(i + 1)) && is_one_of(kMonths, words.at(i + 2));
  if (!is_asctime && !is_rfc) return false;
  for (std::size_t t = i + 3; t < i + 6; ++t)
    if (is_time_of_day(words.at(t))) return true;
  return false;
}

// The first line of text, without its end: in a From_ line no bare CR stands.
std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

// What stands behind it.
std::string_view behind_first_line(std::string_view text) {
  const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
  const std::size_t feed = text.find_first_not_of('\r', end);
  const bool is_feed = feed != text.npos && text[feed] == '\n';
  return text.substr(std::min(is_feed ? feed + 1 : end + 1, text.size()));
}

// A quoted From_ line is one that some program put into the header.
bool is_field(std::string_view text) {
  const std::string_view line = first_line(text);
  return field_name_length(line) > 0 || line.starts_with(kQuotedFrom);
}

bool is_dated_before_field(std::string_view text) {
  return classify_from_line(first_line(text)) == FromLine::dated &&
         is_field(behind_first_line(text));
}

bool ends_in_empty_line(std::string_view before) {
  const std::size_t last = before.find_last_not_of("\r\n");
  if (last == before.npos) return true;
  const std::string_view ends = before.substr(last + 1);
  const auto feeds = std::count(ends.begin(), ends.end(), '\n');
  return feeds >= 2 || (feeds == 0 && ends.size() >= 2);
}

// Behind the From_ lines that a piece begins with.
std::size_t begin_of_header(std::string_view piece) {
  std::string_view rest = piece;
  while (rest.starts_with(kFrom) || rest.starts_with(kQuotedFrom)) rest = behind_first_line(rest);
  return piece.size() - rest.size();
}

}  // namespace

FromLine classify_from_line(std::string_view line) {
  if (!line.starts_with(kFrom) || line.size() > kMaxLine) return FromLine::none;
  const Words words(line.substr(5));
  for (std::size_t i = 0; i < words.count; ++i)
    if (is_date_at(words, i)) return FromLine::dated;
  const std::string_view sender = words.at(0);
  const bool is_sender =
      sender == "-" || sender == "MAILER-DAEMON" || sender.find('@') != sender.npos;
  return is_sender && words.count == 1 ? FromLine::undated : FromLine::none;
}

bool begins_message(std::string_view text, After before) {
  const FromLine kind = classify_from_line(first_line(text));
  if (kind == FromLine::none) return false;
  if (is_field(behind_first_line(text))) return kind == FromLine::dated || before != After::text;
  return kind == FromLine::dated && before == After::stated_end;
}

std::size_t find_doubtful(std::string_view piece) {
  for (std::size_t at = piece.find(kFrom, begin_of_header(piece)); at != piece.npos;
       at = piece.find(kFrom, at + 1)) {
    std::string_view before = piece.substr(0, at);
    if (before.ends_with(kByteOrderMark)) before.remove_suffix(kByteOrderMark.size());
    if (before.empty() || !is_line_end(before.back())) continue;
    const std::string_view text = piece.substr(at);
    const int signs = (classify_from_line(first_line(text)) != FromLine::none) +
                      ends_in_empty_line(before) + is_field(behind_first_line(text));
    if (signs >= 2) return at;
  }
  return piece.npos;
}

std::size_t find_mbox_begin(std::string_view head) {
  constexpr int kMostLines = 20;
  std::size_t at = head.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < head.size() && is_line_end(head[at])) ++at;
  if (head.substr(at).starts_with(kFrom)) return at;
  const bool is_quoted = head.substr(at).starts_with(kQuotedFrom);
  if (is_quoted && is_dated_before_field(head.substr(at + 1))) return at;
  for (int i = 0; i < kMostLines && !is_field(head.substr(at)); ++i) {
    at = head.find_first_not_of("\r\n", head.find_first_of("\r\n", at));
    if (at == head.npos) break;
    if (head.substr(at).starts_with(kFrom) && is_dated_before_field(head.substr(at))) return at;
  }
  return head.npos;
}

}  // namespace unsent
