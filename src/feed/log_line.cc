// SPDX-License-Identifier: MIT
#include "feed/log_line.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

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

// The word of a line that names a host: nothing that a client may say of itself stands there.
bool is_host(std::string_view word) {
  constexpr std::string_view kMarks = ".-_:/@%";
  return !word.empty() && word.back() != ':' && std::all_of(word.begin(), word.end(), [&](char c) {
    return is_alnum(c) || kMarks.find(c) != kMarks.npos;
  });
}

// "postfix/smtpd[12]:"
bool is_tag(std::string_view word) {
  constexpr std::string_view kMarks = ".-_/@[]():";
  return word.size() >= 2 && word.back() == ':' && is_alnum(word.front()) &&
         std::all_of(word.begin(), word.end(),
                     [&](char c) { return is_alnum(c) || kMarks.find(c) != kMarks.npos; });
}

void take_tag(std::string_view tag, LogLine& line) {
  line.program = tag.substr(0, tag.size() - 1);
  const std::size_t bracket = line.program.find('[');
  if (bracket == tag.npos) return;
  line.process = line.program.substr(bracket + 1);
  line.process = line.process.substr(0, line.process.find(']'));
  line.program = line.program.substr(0, bracket);
}

// Syslog's "<22>", if there is one; false: something else stands there.
bool skip_priority(std::string_view& text) {
  if (text.empty() || text.front() != '<') return true;
  const std::size_t end = text.find('>');
  if (end == text.npos || end > 4) return false;
  text.remove_prefix(end + 1);
  return true;
}

// "mail.info", "<mail.info>"
bool is_priority(std::string_view word) {
  constexpr std::array<std::string_view, 9> kLevels = {
      ".emerg", ".alert", ".crit", ".err", ".warn", ".warning", ".notice", ".info", ".debug"};
  return std::any_of(kLevels.begin(), kLevels.end(), [&](std::string_view level) {
    return word.size() > level.size() && word.substr(word.size() - level.size()) == level;
  });
}

// RFC 5424 6.3: "-", or elements in brackets, whose values are in quotes.
bool skip_structured_data(std::string_view& text) {
  if (take(text, '-')) return true;
  if (text.substr(0, 1) != "[") return false;
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      is_quoted = !is_quoted;
    else if (!is_quoted && text[i] == ']' && text.substr(i + 1, 1) != "[") {
      text.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// RFC 5424 6: "host program process message-kind structured-data text", "-" for what is not known.
std::optional<LogLine> parse_5424(std::string_view rest, Time at) {
  LogLine line;
  line.at = at;
  const auto next = [&] {
    const std::string_view word = take_word(rest);
    return word == "-" ? std::string_view() : word;
  };
  line.host = next();
  line.program = next();
  line.process = next();
  static_cast<void>(next());
  if (!skip_structured_data(rest)) return std::nullopt;
  static_cast<void>(take(rest, ' '));
  if (rest.substr(0, 3) == "\xEF\xBB\xBF") rest.remove_prefix(3);
  line.text = rest;
  return line;
}

// "host program[12]: text"; Exim's own log has neither host nor program. Busybox says before
// the program what it is ("mail.info"), others leave the host out.
LogLine parse_behind(std::string_view rest, Time at) {
  LogLine parsed;
  parsed.at = at;
  parsed.text = rest;
  std::string_view tag = take_word(rest);
  if (!is_tag(tag) || tag.find_first_of("/[") == tag.npos) {
    if (!is_host(tag)) return parsed;
    parsed.host = std::exchange(tag, take_word(rest));
    if (is_priority(tag)) tag = take_word(rest);
  }
  if (!is_tag(tag)) return {at, {}, {}, {}, parsed.text};
  take_tag(tag, parsed);
  // Solaris says who the line is for.
  if (rest.substr(0, 4) == "[ID ")
    if (const std::size_t end = rest.find("] "); end != rest.npos) rest.remove_prefix(end + 2);
  parsed.text = rest;
  return parsed;
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

std::optional<LogLine> LogLines::parse_text(std::string_view line) {
  if (!skip_priority(line)) return std::nullopt;
  const bool is_5424 = line.size() > 6 && line.substr(0, 2) == "1 " && line[6] == '-';
  if (is_5424) line.remove_prefix(2);
  const auto at = take_stamp(line);
  if (!at) return std::nullopt;
  return is_5424 ? parse_5424(line, *at) : parse_behind(line, *at);
}

// "2026-11-23T20:34:53.123456789Z ", as docker logs -t writes it before the line itself, which
// has a stamp of its own; else it is the line's stamp.
void LogLines::take_carrier_stamp(CarriedLine& carried) {
  std::string_view rest = carried.text;
  if (rest.size() < 20 || rest[10] != 'T' || !is_digit(rest.front())) return;
  const auto at = take_stamp(rest);
  skip_stream(rest);
  if (std::string_view inner = rest; at && skip_priority(inner) && take_stamp(inner)) {
    carried.at = at;
    carried.text = rest;
  }
}

// A line within a line has a stamp of its own; of the two the carrier's knows its zone.
std::optional<LogLine> LogLines::parse_carried(const CarriedLine& carried) {
  auto line = parse_text(carried.text);
  if (!line && !carried.at) return std::nullopt;
  if (!line) line = parse_behind(carried.text, *carried.at);
  if (carried.at) line->at = *carried.at;
  if (line->host.empty()) line->host = carried.host;
  return line;
}

std::optional<LogLine> LogLines::parse(std::string_view line) {
  if (line.empty()) return std::nullopt;
  if (line.front() == '{') {
    const auto record = parse_json_record(line, decoded_);
    if (!record) return std::nullopt;
    if (record->program.empty()) return parse_carried(*record);
    return LogLine{*record->at, record->host, record->program, record->process, record->text};
  }
  CarriedLine carried = take_off_container(line);
  take_carrier_stamp(carried);
  return parse_carried(carried);
}

bool names_mail_server(std::string_view line) {
  for (const std::string_view name : {"postfix/", "sendmail[", "sm-mta[", "exim[", "exim4["})
    if (line.find(name) != line.npos) return true;
  return false;
}

// The first lines may be the torn end of another, or journalctl's heading.
bool is_log(std::string_view beginning) {
  LogLines lines(Time(seconds(4102444800)));
  for (int i = 0; i < 5 && !beginning.empty(); ++i) {
    const std::string_view line = take_line(beginning);
    const bool is_record = !line.empty() && line.front() == '{';
    if (lines.parse(is_record ? line : line.substr(0, 1000))) return true;
  }
  return false;
}

}  // namespace unsent
