// SPDX-License-Identifier: MIT
// A file that is to be one message, as somebody names it: unpacked. A bounce may return a mail
// with its From_ line, so that one message looks like two.
#pragma once

#include <string>

#include "base/result.h"

namespace unsent {

struct OneMessage {
  std::string bytes;
  bool has_others = false;  // as an mbox it would be several
};

// bytes: of the file at path. What is no mail in a form that is read is an error of code data.
Result<OneMessage> one_message_of(std::string bytes, const std::string& path);

}  // namespace unsent
