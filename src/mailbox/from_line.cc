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

}  // namespace

FromLine classify_from_line(std::string_view line) {
  if (line.substr(0, 5) != "From " || line.size() > kMaxLine) return FromLine::none;
  const Words words(line.substr(5));
  for (std::size_t i = 0; i < words.count; ++i)
    if (is_date_at(words, i)) return FromLine::dated;
  const std::string_view sender = words.at(0);
  const bool is_sender =
      sender == "-" || sender == "MAILER-DAEMON" || sender.find('@') != sender.npos;
  return is_sender && words.count == 1 ? FromLine::undated : FromLine::none;
}

bool begins_message(std::string_view text, bool is_after_empty_line, char terminator) {
  const std::size_t end = std::min(text.find(terminator), text.size());
  const FromLine kind = classify_from_line(text.substr(0, end));
  if (kind == FromLine::none) return false;
  if (kind == FromLine::dated && is_after_empty_line) return true;
  text.remove_prefix(std::min(end + 1, text.size()));
  const std::string_view next = text.substr(0, text.find(terminator));
  const bool is_before_field = field_name_length(next) > 0 || next.substr(0, 6) == ">From ";
  return is_before_field && (kind == FromLine::dated || is_after_empty_line);
}

}  // namespace unsent
