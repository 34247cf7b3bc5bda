// SPDX-License-Identifier: MIT
// What in a Sent mailbox is none of what was sent, and what of it may hold more mail than was
// understood: a promise by that would make real bounces of the rest backscatter.
#pragma once

#include <cstdint>
#include <string>

#include "feed/promise.h"
#include "mailbox/mailbox.h"

namespace unsent {

class Doubts {
 public:
  // A piece in which another message may begin.
  void saw_joined(const StoredMessage& stored);
  // A file in a folder in which no mail was found.
  void saw_passed_over(const std::string& path);
  // A bounce that came to it: it was not sent, and is left out.
  void saw_bounce() { ++bounces_; }
  // Of the mailbox at path: on standard error where nothing is promised, else as what speaks
  // against that.
  void tell(const std::string& path, ReadSoFar& read) const;

 private:
  std::uint64_t joined_ = 0;
  std::string first_joined_;  // where
  std::uint64_t passed_over_ = 0;
  std::string first_passed_over_;
  std::uint64_t bounces_ = 0;
};

}  // namespace unsent
