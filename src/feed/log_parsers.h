// SPDX-License-Identifier: MIT
// What one line of each mail server tells about a message. A line of another program, a
// torn one, or one whose fields are not what they should be, tells nothing.
#pragma once

#include "feed/log_line.h"
#include "feed/log_messages.h"

namespace unsent {

// False: it is of no program of Postfix's.
bool read_postfix_line(const LogLine& line, LogMessages& messages);

// line.text is what stands behind the stamp in mainlog. False: it is about no message.
bool read_exim_line(const LogLine& line, LogMessages& messages);

void read_sendmail_line(const LogLine& line, LogMessages& messages);

}  // namespace unsent
