// SPDX-License-Identifier: MIT
#include "feed/log_feed.h"

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
      messages_(std::move(policy), [this](Entry entry) { ready_.push_back(std::move(entry)); }) {}

void LogFeed::read(std::string_view text) {
  if (text.size() > kMaxLogLine) return;
  auto line = lines_.parse(text);
  if (!line) return;
  if (line->program.find('/') != std::string_view::npos) {
    read_postfix_line(*line, messages_);
  } else if (is_sendmail(line->program)) {
    read_sendmail_line(*line, messages_);
  } else if (line->program.empty()) {
    read_exim_line(*line, messages_);
  } else if (line->program.substr(0, 4) == "exim") {
    // Through syslog Exim may write its own stamp once more.
    if (auto inner = lines_.parse(line->text)) line->text = inner->text;
    read_exim_line(*line, messages_);
  }
}

std::vector<Entry> LogFeed::take(bool with_open) {
  if (with_open) messages_.give_out_open();
  return std::exchange(ready_, {});
}

}  // namespace unsent
