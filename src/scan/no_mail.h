// SPDX-License-Identifier: MIT
// Mailboxes in which there is no mail: said, for they are seldom what was meant.
#pragma once

#include <string>
#include <vector>

#include "scan/sink.h"

namespace unsent {

// A file that is neither an mbox nor a message with a header: in words; "" if it may be one, or
// cannot be read. What is compressed is not looked into.
std::string why_no_mailbox(const std::string& path);

// Says at the end which of the mailboxes held nothing.
class NoMail : public ScanSink {
 public:
  explicit NoMail(const std::vector<std::string>& mailboxes) : empty_(mailboxes) {}
  Result<void> take(const Scanned& scanned) override;
  Result<void> finish(const ScanEnd& end) override;

 private:
  std::vector<std::string> empty_;  // nothing has come from these yet
};

}  // namespace unsent
