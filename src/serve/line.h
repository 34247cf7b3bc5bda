// SPDX-License-Identifier: MIT
// The client's end of a connection with the ledger's service: one request, one answer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/deadline.h"
#include "base/file.h"
#include "base/result.h"

namespace unsent {

class ServiceLine {
 public:
  ServiceLine(std::string path, const Deadline* deadline)
      : path_(std::move(path)), deadline_(deadline) {}

  Result<void> connect();
  // The answer without its end of line. What is not answered in time is not waited for again: the
  // connection is closed, and for a second all that is asked fails at once.
  Result<std::string> ask(std::string_view request);

  const std::string& path() const { return path_; }

 private:
  using Clock = std::chrono::steady_clock;

  Clock::time_point latest() const;
  Result<void> connect_by(Clock::time_point until);
  Result<std::string> ask_by(std::string_view request, Clock::time_point until);
  Result<void> send(std::string_view bytes, Clock::time_point until);
  Result<std::string> receive(Clock::time_point until);
  Result<void> wait_for(short what, Clock::time_point until);
  Unexpected gone(const std::string& why);

  std::string path_;
  const Deadline* deadline_;  // or null
  FileDescriptor socket_;
  bool is_greeted_ = false;
  bool is_too_late_ = false;  // the last failure was that
  std::string fault_;
  Clock::time_point fault_until_{};
};

}  // namespace unsent
