// SPDX-License-Identifier: MIT
// A mail log, line by line, whoever wrote each line: Postfix, Sendmail, Exim (its own log
// or through syslog). Entries come out when the server is done with a message.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feed/log_line.h"
#include "feed/log_messages.h"
#include "feed/log_parsers.h"

namespace unsent {

// A longer line is no line of a log.
constexpr std::size_t kMaxLogLine = std::size_t{64} << 10U;

// What a line turned out to be.
enum class LineKind {
  server,   // of a mail server whose log is read
  foreign,  // of another program
  unknown,  // of a form that is not read: no stamp, or a mail server's within a strange frame
};

class LogFeed {
 public:
  // written: when the log was last written (see LogLines).
  LogFeed(LogPolicy policy, Time written);
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  LineKind read(std::string_view line);
  // The line that an earlier run read last.
  void recall(std::string_view line);
  // When the last line of a mail server was written.
  std::optional<Time> last_understood() const { return last_understood_; }
  // Between two of these.
  seconds longest_silence() const { return longest_silence_; }
  // Of the lines read since the last call; with_open: also of messages that are not done,
  // as far as they are known. Those come again when they are.
  std::vector<Entry> take(bool with_open = false);

  LogMessages& messages() { return messages_; }
  const LogMessages& messages() const { return messages_; }
  // Of messages that no line closed.
  void close_all() { messages_.close_all(); }

 private:
  LineKind read_line(LogLine& line);

  LogLines lines_;
  LogLines inner_lines_;  // within a line
  std::optional<Time> last_understood_;
  seconds longest_silence_{};
  std::vector<Entry> ready_;
  LogMessages messages_;
};

}  // namespace unsent
