// SPDX-License-Identifier: MIT
// What is asked of a server, and how it ended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imap/reply.h"

namespace unsent {

// A command without its tag. Strings that cannot be quoted are literals.
class ImapCommand {
 public:
  explicit ImapCommand(std::string_view text) : parts_{std::string(text)} {}
  ImapCommand& add(std::string_view text);
  ImapCommand& add_string(std::string_view bytes);
  const std::vector<std::string>& parts() const { return parts_; }

 private:
  std::vector<std::string> parts_;  // all but the last end in "{23}"
};

// How a command ended.
struct ImapDone {
  ImapStatus status = ImapStatus::none;
  std::string code;  // upper case
  std::string code_args;
  std::string text;

  bool is_ok() const { return status == ImapStatus::ok; }
};

// What a refusal says, in one line.
std::string for_people(const ImapDone& done);

// "uidvalidity" as servers may write it, as it is compared.
std::string upper_case(std::string_view text);

ImapDone done_of(const ImapReply& reply);

// A refusal as an error: by its code another attempt may do (temp_fail), or none will.
Unexpected refused(const std::string& server, std::string_view what, const ImapDone& done);

}  // namespace unsent
