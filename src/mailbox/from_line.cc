// SPDX-License-Identifier: MIT
#include "mailbox/from_line.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"
#include "mail/header.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxLine = 1000;
constexpr std::string_view kFrom = "From ";
constexpr std::string_view kQuotedFrom = ">From ";
constexpr std::string_view kMmdfLine = "\1\1\1\1";
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

// "23.11.2026", "2026-11-23T10:00:00Z": four digits that are a year of mail.
bool has_year(std::string_view text) {
  for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
    const std::string_view century = text.substr(at, 2);
    const bool is_alone =
        (at == 0 || !is_digit(text[at - 1])) && (at + 4 == text.size() || !is_digit(text[at + 4]));
    if (is_alone && (century == "19" || century == "20") && is_digit(text[at + 2]) &&
        is_digit(text[at + 3]))
      return true;
  }
  return false;
}

// "09:05" anywhere.
bool has_time_of_day(std::string_view text) {
  for (std::size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1))
    if (colon >= 2 && is_time_of_day(text.substr(colon - 2))) return true;
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

// A header in which a field stands that all mail has.
bool has_mail_header(std::string_view text) {
  constexpr std::array<std::string_view, 5> kFields = {"From", "Date", "Subject", "Message-ID",
                                                       "Received"};
  for (std::string_view line = first_line(text); !line.empty();
       text = behind_first_line(text), line = first_line(text)) {
    const std::string_view name = line.substr(0, field_name_length(line));
    if (is_one_of(kFields, name)) return true;
    if (name.empty() && !is_blank(line.front()) && !line.starts_with(kQuotedFrom)) return false;
  }
  return false;
}

enum class Behind { anything, header };

// sign: "From ", quoted or not.
std::size_t find_doubtful_from(std::string_view piece, std::size_t begin, std::string_view sign,
                               Behind behind) {
  for (std::size_t at = piece.find(sign, begin); at != piece.npos; at = piece.find(sign, at + 1)) {
    std::string_view before = piece.substr(0, at);
    if (before.ends_with(kByteOrderMark)) before.remove_suffix(kByteOrderMark.size());
    if (before.empty() || !is_line_end(before.back())) continue;
    const std::string_view text = piece.substr(at + sign.size() - kFrom.size());
    const int signs = (classify_from_line(first_line(text)) != FromLine::none) +
                      ends_in_empty_line(before) + is_field(behind_first_line(text));
    if (signs < 2) continue;
    if (behind == Behind::anything || has_mail_header(behind_first_line(text))) return at;
  }
  return piece.npos;
}

std::size_t find_mmdf(std::string_view piece, std::size_t begin) {
  for (std::size_t at = piece.find(kMmdfLine, begin); at != piece.npos;
       at = piece.find(kMmdfLine, at + 1)) {
    const bool is_line = at > 0 && is_line_end(piece[at - 1]);
    if (is_line && looks_like_mmdf(piece.substr(at))) return at;
  }
  return piece.npos;
}

std::size_t find_doubt(std::string_view piece, Behind behind) {
  const std::size_t begin = begin_of_header(piece);
  const std::size_t quoted = without_mark(piece).starts_with(kQuotedFrom)
                                 ? find_doubtful_from(piece, begin, kQuotedFrom, behind)
                                 : piece.npos;
  return std::min(
      {find_doubtful_from(piece, begin, kFrom, behind), quoted, find_mmdf(piece, begin)});
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
  if (!is_sender) return FromLine::none;
  if (words.count == 1) return FromLine::undated;
  const std::string_view date = line.substr(line.find(sender, kFrom.size()) + sender.size());
  return has_year(date) && has_time_of_day(date) ? FromLine::foreign : FromLine::none;
}

bool begins_message(std::string_view text, After before) {
  const FromLine kind = classify_from_line(first_line(text));
  if (kind == FromLine::none) return false;
  if (is_field(behind_first_line(text))) return kind == FromLine::dated || before != After::text;
  return kind == FromLine::dated && before == After::stated_end;
}

std::size_t find_doubtful(std::string_view piece) { return find_doubt(piece, Behind::anything); }

std::size_t find_doubtful_header(std::string_view piece) {
  return find_doubt(piece, Behind::header);
}

bool looks_like_mmdf(std::string_view head) {
  return head.starts_with(kMmdfLine) && is_field(behind_first_line(head));
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
