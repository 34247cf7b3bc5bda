// SPDX-License-Identifier: MIT
// Mailboxes in which there is no mail: said, for they are seldom what was meant.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "scan/sink.h"

namespace unsent {

// A file that is neither an mbox nor a message with a header: in words; "" if it may be one, or
// cannot be read. What is compressed is not looked into.
std::string why_no_mailbox(const std::string& path);

// Says at the end which of the mailboxes held nothing, and which seem to hold more than was found.
class NoMail : public ScanSink {
 public:
  explicit NoMail(const std::vector<std::string>& mailboxes) : empty_(mailboxes) {
    for (const std::string& mailbox : mailboxes) mboxes_[mailbox];
  }
  Result<void> take(const Scanned& scanned) override;
  Result<void> finish(const ScanEnd& end) override;

 private:
  bool has_other_name(const std::string& mailbox) const;

  struct Found {
    std::uint64_t messages = 0;
    bool may_hold_another = false;  // the first of them
  };
  std::vector<std::string> empty_;       // nothing has come from these yet
  std::map<std::string, Found> mboxes_;  // by what was named
};

}  // namespace unsent
