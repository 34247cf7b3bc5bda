// SPDX-License-Identifier: MIT
#include "feed/log_carrier.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/number.h"
#include "base/text.h"

namespace unsent {
namespace {

using Json = nlohmann::json;

// The pieces of a record are gathered one behind the other, and pointed to when all are there.
class Gathered {
 public:
  explicit Gathered(std::string& text) : text_(text) { text_.clear(); }
  struct Piece {
    std::size_t start = 0;
    std::size_t size = 0;
  };
  Piece add(std::string_view text) {
    text_ += text;
    return {text_.size() - text.size(), text.size()};
  }
  std::string_view view(const Piece& piece) const {
    return std::string_view(text_).substr(piece.start, piece.size);
  }

 private:
  std::string& text_;
};

std::string_view string_at(const Json& record, const char* name) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

// The journal writes what is no UTF-8, or has control characters, as an array of bytes.
std::string bytes_at(const Json& record, const char* name) {
  const auto found = record.find(name);
  if (found == record.end() || !found->is_array()) return std::string(string_at(record, name));
  std::string bytes;
  for (const Json& byte : *found)
    if (byte.is_number_unsigned() && byte.get<unsigned>() < 256)
      bytes += static_cast<char>(byte.get<unsigned>());
  return bytes;
}

// "1795466093123456": microseconds.
std::optional<Time> time_of_microseconds(std::string_view text) {
  const auto value = whole_number<std::int64_t>(text);
  if (!value || *value < 0) return std::nullopt;
  return Time(seconds(*value / 1000000));
}

// {"__REALTIME_TIMESTAMP": "…", "_HOSTNAME": …, "SYSLOG_IDENTIFIER": "postfix/smtpd", "_PID":
//  "12", "MESSAGE": …}; of a container's line the MESSAGE names the program.
std::optional<CarriedLine> journal_record(const Json& record, Gathered& gathered) {
  CarriedLine line;
  line.at = time_of_microseconds(string_at(record, "__REALTIME_TIMESTAMP"));
  if (!line.at) return std::nullopt;
  const bool is_container = record.contains("CONTAINER_NAME");
  std::string_view process = string_at(record, "SYSLOG_PID");
  if (process.empty()) process = string_at(record, "_PID");
  const auto text = gathered.add(bytes_at(record, "MESSAGE"));
  const auto host = gathered.add(string_at(record, is_container ? "CONTAINER_NAME" : "_HOSTNAME"));
  const auto program =
      gathered.add(is_container ? std::string_view() : string_at(record, "SYSLOG_IDENTIFIER"));
  const auto number = gathered.add(is_container ? std::string_view() : process);
  line.text = gathered.view(text);
  line.host = gathered.view(host);
  line.program = gathered.view(program);
  line.process = gathered.view(number);
  return line;
}

// {"log": "Nov 23 … removed\n", "stream": "stdout", "time": "2026-11-23T20:34:53.123456789Z"}
std::optional<CarriedLine> docker_record(const Json& record, Gathered& gathered) {
  const auto at = parse_rfc3339(string_at(record, "time"));
  if (!at || string_at(record, "log").empty()) return std::nullopt;
  std::string_view text = string_at(record, "log");
  while (!text.empty() && is_line_end(text.back())) text.remove_suffix(1);
  CarriedLine line;
  line.at = *at;
  line.text = gathered.view(gathered.add(text));
  return line;
}

bool is_name_byte(char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; }

// "\x1b[36m"
void skip_colour(std::string_view& text) {
  if (text.substr(0, 2) != "\x1b[") return;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  if (end != text.npos && text[end] == 'm') text.remove_prefix(end + 1);
}

}  // namespace

std::optional<CarriedLine> parse_json_record(std::string_view line, std::string& decoded) {
  const Json record = Json::parse(line, nullptr, false);
  if (!record.is_object()) return std::nullopt;
  Gathered gathered(decoded);
  auto carried = journal_record(record, gathered);
  return carried ? carried : docker_record(record, gathered);
}

CarriedLine take_off_container(std::string_view line) {
  CarriedLine carried;
  carried.text = line;
  std::string_view rest = line;
  skip_colour(rest);
  const auto* const name_end = std::find_if_not(rest.begin(), rest.end(), is_name_byte);
  const std::string_view name = rest.substr(0, static_cast<std::size_t>(name_end - rest.begin()));
  rest.remove_prefix(name.size());
  const std::size_t bar = rest.find_first_not_of(' ');
  if (name.empty() || bar == rest.npos || bar == 0 || rest[bar] != '|') return carried;
  rest.remove_prefix(bar + 1);
  skip_colour(rest);
  if (rest.substr(0, 1) != " ") return carried;
  rest.remove_prefix(1);
  skip_colour(rest);
  carried.host = name;
  carried.text = rest;
  return carried;
}

void skip_stream(std::string_view& text) {
  for (const std::string_view stream : {"stdout F ", "stderr F ", "stdout P ", "stderr P "})
    if (text.substr(0, stream.size()) == stream) return text.remove_prefix(stream.size());
}

}  // namespace unsent
