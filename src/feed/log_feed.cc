// SPDX-License-Identifier: MIT
#include "feed/log_feed.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace unsent {
namespace {

bool is_sendmail(std::string_view program) {
  return program.substr(0, 8) == "sendmail" || program.substr(0, 3) == "sm-" || program == "mta" ||
         program == "mta-v4";
}

}  // namespace

LogFeed::LogFeed(LogPolicy policy, Time written)
    : lines_(written),
      inner_lines_(written),
      messages_(std::move(policy), [this](Entry entry) { ready_.push_back(std::move(entry)); }) {}

LineKind LogFeed::read(std::string_view text) {
  if (text.size() > kMaxLogLine) return LineKind::unknown;
  auto line = lines_.parse(text);
  if (!line) return LineKind::unknown;
  const Time at = line->at;
  const LineKind kind = read_line(*line);
  if (kind != LineKind::server) return kind;
  if (last_understood_) longest_silence_ = std::max(longest_silence_, at - *last_understood_);
  last_understood_ = at;
  return kind;
}

void LogFeed::recall(std::string_view text) {
  if (const auto line = lines_.parse(text.substr(0, kMaxLogLine))) last_understood_ = line->at;
}

LineKind LogFeed::read_line(LogLine& line) {
  if (line.program.find('/') != std::string_view::npos)
    return read_postfix_line(line, messages_) ? LineKind::server : LineKind::foreign;
  if (is_sendmail(line.program)) {
    read_sendmail_line(line, messages_);
    return LineKind::server;
  }
  if (line.program.empty()) {
    if (read_exim_line(line, messages_)) return LineKind::server;
    return names_mail_server(line.text) ? LineKind::unknown : LineKind::foreign;
  }
  if (line.program.substr(0, 4) != "exim") return LineKind::foreign;
  // Through syslog Exim may write its own stamp once more.
  if (const auto inner = inner_lines_.parse(line.text); inner && inner->program.empty())
    line.text = inner->text;
  read_exim_line(line, messages_);
  return LineKind::server;
}

std::vector<Entry> LogFeed::take(bool with_open) {
  if (with_open) messages_.give_out_open();
  return std::exchange(ready_, {});
}

}  // namespace unsent
