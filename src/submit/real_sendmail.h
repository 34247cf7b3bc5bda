// SPDX-License-Identifier: MIT
// The program that really sends. Nothing of ours keeps a message from it, and it is never
// ourselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace unsent {

// The system's sendmail; hint: what to do where there is none.
Result<std::string> find_sendmail(const std::string& hint);

// The same, or the one that is named: but an error where this process was itself started in the
// place of the real one, which would never end.
Result<std::string> real_sendmail(const std::optional<std::string>& named);

// The real program, and all that it needs to be run: what could fail for want of memory is
// done before there are two of us.
class RealSendmail {
 public:
  // words: its arguments, without its name.
  RealSendmail(std::string program, const std::vector<std::string>& words);
  RealSendmail(const RealSendmail&) = delete;
  RealSendmail& operator=(const RealSendmail&) = delete;

  // This process is it from now on; where it cannot be run, that is said and ends this one.
  [[noreturn]] void become() noexcept;
  // Runs it with bytes on its standard input. Its exit status; 75 if a signal ended it.
  Result<int> send(const std::string& bytes);

 private:
  std::string name_ = "sendmail";
  std::string program_;
  std::vector<std::string> words_;
  std::vector<char*> argv_;
};

}  // namespace unsent
