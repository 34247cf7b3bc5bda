// SPDX-License-Identifier: MIT
// Logs read into a ledger as they are written, until a signal ends it. Killed at any time,
// the next run goes on where this one's last commit ended.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "feed/import.h"

namespace unsent {

// While it lives, SIGTERM and SIGINT only ask to stop.
class StopSignals {
 public:
  static Result<StopSignals> take();
  StopSignals(StopSignals&&) = default;
  StopSignals& operator=(StopSignals&&) = delete;
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  bool have_come();
  // Waits so long, or until one comes or input (if it is not -1) can be read.
  void wait(std::chrono::milliseconds longest, int input = -1);

 private:
  explicit StopSignals(FileDescriptor signals) : signals_(std::move(signals)) {}
  FileDescriptor signals_;
  bool have_come_ = false;
};

struct FollowOptions {
  std::string ledger;               // path
  Texts texts;                      // that it keeps
  std::vector<std::string> paths;   // "-" is standard input
  std::vector<std::string> scopes;  // complete as long as all the logs are followed
  std::optional<Time> since;        // they are complete; else since their earliest message
};

// Ends after a signal, or where standard input was all that is followed and has ended. An
// error of code temp_fail is worth another call with a fresh import.
Result<void> follow_logs(const FollowOptions& options, const LogPolicy& policy, Import& import,
                         StopSignals& signals);

}  // namespace unsent
