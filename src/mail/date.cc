// SPDX-License-Identifier: MIT
#include "mail/date.h"

#include <algorithm>
#include <array>
#include <boost/container/static_vector.hpp>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxLength = 200;
constexpr std::size_t kMaxTokens = 16;

using Tokens = boost::container::static_vector<std::string_view, kMaxTokens>;

// Words without comments, commas and blanks.
Tokens tokens_of(std::string_view text) {
  Tokens tokens;
  int depth = 0;
  std::size_t begin = 0;
  const auto flush = [&](std::size_t end) {
    if (end > begin && depth == 0 && tokens.size() < kMaxTokens)
      tokens.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  };
  static constexpr ByteSet kMarks("(), \t\r\n\f\v");
  for (std::size_t i = kMarks.find_in(text); i < text.size(); i = kMarks.find_in(text, i + 1)) {
    if (text[i] == ')') {
      begin = i + 1;
      if (depth > 0) --depth;
      continue;
    }
    flush(i);
    if (text[i] == '(') ++depth;
  }
  flush(text.size());
  return tokens;
}

std::optional<int> number(std::string_view text) {
  if (text.empty() || text.size() > 6) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<int> month_of(std::string_view text) {
  static constexpr std::array<std::uint64_t, 12> kMonths = {
      short_word("jan"), short_word("feb"), short_word("mar"), short_word("apr"),
      short_word("may"), short_word("jun"), short_word("jul"), short_word("aug"),
      short_word("sep"), short_word("oct"), short_word("nov"), short_word("dec")};
  if (text.size() < 3 || !is_alpha(text.front())) return std::nullopt;
  const auto found = std::find(kMonths.begin(), kMonths.end(), short_word(text.substr(0, 3)));
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<int>(found - kMonths.begin()) + 1;
}

// RFC 5322 4.3: two digits below 50 are 20xx, the others and three digits 19xx.
int full_year(int year) {
  if (year < 50) return year + 2000;
  return year < 1000 ? year + 1900 : year;
}

bool read_clock(std::string_view text, CivilTime& civil) {
  const std::size_t first = text.find(':');
  if (first == text.npos) return false;
  const std::size_t last = text.find(':', first + 1);
  const auto hour = number(text.substr(0, first));
  const auto minute = number(text.substr(first + 1, last == text.npos ? last : last - first - 1));
  const std::string_view behind = last == text.npos ? "0" : text.substr(last + 1);
  const auto second = number(behind.substr(0, behind.find('.')));
  if (!hour || !minute || !second) return false;
  civil.hour = *hour;
  civil.minute = *minute;
  civil.second = *second;
  return true;
}

struct NamedZone {
  std::string_view name;
  int hours;
};
constexpr std::array<NamedZone, 13> kZones = {{{"EST", -5},
                                               {"EDT", -4},
                                               {"CST", -6},
                                               {"CDT", -5},
                                               {"MST", -7},
                                               {"MDT", -6},
                                               {"PST", -8},
                                               {"PDT", -7},
                                               {"CET", 1},
                                               {"CEST", 2},
                                               {"MET", 1},
                                               {"JST", 9},
                                               {"BST", 1}}};

std::optional<seconds> read_zone(std::string_view text) {
  if (starts_with_ignoring_case(text, "GMT") && text.size() > 3) text.remove_prefix(3);
  if (text.size() >= 3 && (text.front() == '+' || text.front() == '-')) {
    std::string digits;
    for (const char c : text.substr(1))
      if (c != ':') digits += c;
    const auto value = number(digits);
    if (!value || digits.size() > 4) return std::nullopt;
    const int hours = digits.size() <= 2 ? *value : *value / 100;
    const int minutes = digits.size() <= 2 ? 0 : *value % 100;
    return seconds((text.front() == '-' ? -1 : 1) * (hours * 3600 + minutes * 60));
  }
  for (const NamedZone& zone : kZones)
    if (equal_ignoring_case(text, zone.name)) return seconds(zone.hours * 3600);
  return std::nullopt;
}

// "23-Nov-2026" as one word.
bool read_dashed(std::string_view token, CivilTime& civil) {
  if (token.find('-') == std::string_view::npos) return false;
  const auto pieces = split(token, '-');
  if (pieces.size() != 3) return false;
  const auto day = number(pieces[0]);
  const auto month = month_of(pieces[1]);
  const auto year = number(pieces[2]);
  if (!day || !month || !year) return false;
  civil.day = *day;
  civil.month = *month;
  civil.year = full_year(*year);
  return true;
}

class DateReader {
 public:
  std::optional<Time> read(const Tokens& tokens) {
    for (const std::string_view token : tokens) take(token);
    if (!has_month_ || !has_day_ || !has_year_ || !has_clock_) return std::nullopt;
    const auto local = from_civil(civil_);
    if (!local) return std::nullopt;
    return *local - zone_;
  }

 private:
  void take(std::string_view token) {
    if (!has_clock_ && token.find(':') != std::string_view::npos) {
      has_clock_ = read_clock(token, civil_);
    } else if (!has_month_ && read_dashed(token, civil_)) {
      has_day_ = has_month_ = has_year_ = true;
    } else if (const auto month = month_of(token); month && !has_month_ && !number(token)) {
      civil_.month = *month;
      has_month_ = true;
    } else if (const auto value = number(token)) {
      take_number(*value);
    } else if (const auto zone = has_clock_ && !has_zone_ ? read_zone(token) : std::nullopt) {
      zone_ = *zone;
      has_zone_ = true;
    }
  }

  void take_number(int value) {
    if (!has_day_) {
      civil_.day = value;
      has_day_ = true;
    } else if (!has_year_) {
      civil_.year = full_year(value);
      has_year_ = true;
    }
  }

  CivilTime civil_;
  seconds zone_{0};
  bool has_day_ = false;
  bool has_month_ = false;
  bool has_year_ = false;
  bool has_clock_ = false;
  bool has_zone_ = false;
};

}  // namespace

std::optional<Time> parse_date(std::string_view text) {
  return DateReader().read(tokens_of(trim(text).substr(0, kMaxLength)));
}

}  // namespace unsent
