// SPDX-License-Identifier: MIT
// What one line of each mail server tells about a message. A line of another program, a
// torn one, or one whose fields are not what they should be, tells nothing.
#pragma once

#include <map>
#include <string>

#include "feed/log_line.h"
#include "feed/log_messages.h"

namespace unsent {

void read_postfix_line(const LogLine& line, LogMessages& messages);

// line.text is what stands behind the stamp in mainlog.
void read_exim_line(const LogLine& line, LogMessages& messages);

class SendmailLog {
 public:
  void read(const LogLine& line, LogMessages& messages);

 private:
  // The relay that a process of the server has authenticated, by host and process.
  std::map<std::string, std::string> authenticated_;
};

}  // namespace unsent
