// SPDX-License-Identifier: MIT
#include "feed/log_line.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"

namespace unsent {
namespace {

constexpr seconds kDay{86400};
constexpr seconds kHalfYear{183 * 86400};

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// One to most digits.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  int number = 0;
  std::size_t count = 0;
  while (count < most && count < text.size() && is_digit(text[count]))
    number = number * 10 + (text[count++] - '0');
  if (count < least) return std::nullopt;
  text.remove_prefix(count);
  return number;
}

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, std::min(text.find(' '), text.size()));
  text.remove_prefix(word.size());
  while (take(text, ' ')) {
  }
  return word;
}

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

int month_of(std::string_view name) {
  const auto* const found = std::find(kMonths.begin(), kMonths.end(), name);
  return found == kMonths.end() ? 0 : static_cast<int>(found - kMonths.begin()) + 1;
}

// "10:00:00", and a fraction, which is dropped.
bool take_clock(std::string_view& text, CivilTime& civil) {
  const auto hour = take_number(text, 2, 2);
  if (!hour || !take(text, ':')) return false;
  const auto minute = take_number(text, 2, 2);
  if (!minute || !take(text, ':')) return false;
  const auto second = take_number(text, 2, 2);
  if (!second) return false;
  civil.hour = *hour;
  civil.minute = *minute;
  civil.second = *second;
  if (take(text, '.') && !take_number(text, 1, 9)) return false;
  return true;
}

// "Z", "+01:00", "+0100", " +0100", " UTC": nullopt if there is none.
std::optional<seconds> take_zone(std::string_view& text) {
  std::string_view rest = text;
  static_cast<void>(take(rest, ' '));
  if (rest.substr(0, 4) == "UTC " || rest.substr(0, 4) == "GMT ") {
    text = rest.substr(3);
    return seconds(0);
  }
  if (text.substr(0, 1) == "Z") {
    text.remove_prefix(1);
    return seconds(0);
  }
  if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) return std::nullopt;
  const int sign = rest.front() == '-' ? -1 : 1;
  rest.remove_prefix(1);
  const auto hours = take_number(rest, 2, 2);
  static_cast<void>(take(rest, ':'));
  const auto minutes = take_number(rest, 2, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  text = rest;
  return seconds(sign * (*hours * 3600 + *minutes * 60));
}

// " CET" as journalctl -o short-full writes it: the local time.
void skip_zone_name(std::string_view& text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] >= 'A' && text[end] <= 'Z') ++end;
  if (text.substr(0, 1) == " " && end >= 4 && end <= 6 && text.substr(end, 1) == " ")
    text.remove_prefix(end);
}

// "1795428000.123456 ": as journalctl -o short-unix writes it.
std::optional<Time> take_unix_stamp(std::string_view& line) {
  std::int64_t value = 0;
  std::size_t count = 0;
  while (count < line.size() && count < 12 && is_digit(line[count]))
    value = value * 10 + (line[count++] - '0');
  if (count < 9 || line.substr(count, 1) != ".") return std::nullopt;
  std::string_view rest = line.substr(count + 1);
  if (!take_number(rest, 1, 9) || !take(rest, ' ')) return std::nullopt;
  line = rest;
  return Time(seconds(value));
}

}  // namespace

// mktime is slow: the difference holds for all of an hour.
Time LogLines::utc(Time local) {
  const Time hour = std::chrono::floor<std::chrono::hours>(local);
  if (hour_ != hour) {
    using namespace std::chrono;
    const auto midnight = floor<days>(hour);
    const year_month_day date{midnight};
    std::tm fields{};
    fields.tm_year = static_cast<int>(date.year()) - 1900;
    fields.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    fields.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
    fields.tm_hour = static_cast<int>(duration_cast<hours>(hour - midnight).count());
    fields.tm_isdst = -1;
    const std::time_t at = std::mktime(&fields);
    difference_ = at == -1 ? seconds(0) : hour - Time(seconds(at));
    hour_ = hour;
  }
  return local - difference_;
}

std::optional<Time> LogLines::take_syslog_stamp(std::string_view& line) {
  if (last_ && line.substr(0, stamp_.size()) == stamp_) {  // many lines bear the same
    line.remove_prefix(stamp_.size());
    return utc(*last_);
  }
  CivilTime civil;
  std::string_view rest = line;
  civil.month = month_of(rest.substr(0, 3));
  if (civil.month == 0) return std::nullopt;
  rest.remove_prefix(3);
  if (!take(rest, ' ')) return std::nullopt;
  static_cast<void>(take(rest, ' '));
  const auto day = take_number(rest, 1, 2);
  if (!day || !take(rest, ' ')) return std::nullopt;
  civil.day = *day;
  if (!take_clock(rest, civil) || !take(rest, ' ')) return std::nullopt;
  const Time near = last_.value_or(written_ + kDay);
  civil.year = static_cast<int>(
      std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(near)}.year());
  // The nearest year to the line before; for the first line, the last that is not ahead.
  std::optional<Time> best;
  for (const int year : {civil.year - 1, civil.year, civil.year + 1}) {
    civil.year = year;
    const auto local = from_civil(civil);  // 29 February is not in every year
    if (!local) continue;
    const bool fits = last_ ? *local >= *last_ - kHalfYear && *local < *last_ + kHalfYear
                            : *local <= written_ + kDay;
    if (fits) best = local;
  }
  if (!best) return std::nullopt;
  last_ = best;
  stamp_ = line.substr(0, line.size() - rest.size());
  line = rest;
  return utc(*best);
}

std::optional<Time> LogLines::take_stamp(std::string_view& line) {
  if (line.empty()) return std::nullopt;
  bool has_weekday = false;
  if (is_alpha(line.front())) {
    has_weekday = std::find(kDays.begin(), kDays.end(), line.substr(0, 3)) != kDays.end();
    if (!has_weekday) return take_syslog_stamp(line);
    line.remove_prefix(3);
    if (!take(line, ' ')) return std::nullopt;
  }
  if (const auto stamp = take_unix_stamp(line)) return stamp;
  CivilTime civil;
  const auto year = take_number(line, 4, 4);
  if (!year || !take(line, '-')) return std::nullopt;
  const auto month = take_number(line, 2, 2);
  if (!month || !take(line, '-')) return std::nullopt;
  const auto day = take_number(line, 2, 2);
  if (!day || (!take(line, 'T') && !take(line, ' ')) || !take_clock(line, civil))
    return std::nullopt;
  civil.year = *year;
  civil.month = *month;
  civil.day = *day;
  const auto zone = take_zone(line);
  if (has_weekday && !zone) skip_zone_name(line);
  const auto local = from_civil(civil);
  if (!local || !take(line, ' ')) return std::nullopt;
  return zone ? *local - *zone : utc(*local);
}

std::optional<LogLine> LogLines::parse(std::string_view line) {
  if (!line.empty() && line.front() == '<') {  // syslog's priority
    const std::size_t end = line.find('>');
    if (end == line.npos || end > 4) return std::nullopt;
    line.remove_prefix(end + 1);
  }
  LogLine parsed;
  const auto at = take_stamp(line);
  if (!at) return std::nullopt;
  parsed.at = *at;
  parsed.text = line;
  // "host program[12]: text"; Exim's own log has neither host nor program.
  std::string_view rest = line;
  const std::string_view host = take_word(rest);
  const std::string_view tag = take_word(rest);
  if (tag.size() < 2 || tag.back() != ':' || host.empty() || host.back() == ':') return parsed;
  parsed.host = host;
  parsed.program = tag.substr(0, tag.size() - 1);
  if (const std::size_t bracket = parsed.program.find('['); bracket != tag.npos) {
    parsed.process = parsed.program.substr(bracket + 1);
    parsed.process = parsed.process.substr(0, parsed.process.find(']'));
    parsed.program = parsed.program.substr(0, bracket);
  }
  // Solaris says who the line is for.
  if (rest.substr(0, 4) == "[ID ")
    if (const std::size_t end = rest.find("] "); end != rest.npos) rest.remove_prefix(end + 2);
  parsed.text = rest;
  return parsed;
}

// The first lines may be the torn end of another, or journalctl's heading.
bool is_log(std::string_view beginning) {
  LogLines lines(Time(seconds(4102444800)));
  for (int i = 0; i < 5 && !beginning.empty(); ++i)
    if (lines.parse(take_line(beginning).substr(0, 1000))) return true;
  return false;
}

}  // namespace unsent
