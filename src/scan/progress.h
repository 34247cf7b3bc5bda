// SPDX-License-Identifier: MIT
// Shows on standard error how far a scan is, if that is a terminal: a thread of its own
// redraws one line at most ten times a second, and takes it away at the end. The scan pays a
// few stores a message for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scan/sink.h"

namespace unsent {

// A sink that has to stand before those that print at the end; nullptr where nothing is to
// be shown: standard error is no terminal, or a dumb one.
std::unique_ptr<ScanSink> make_progress(const std::vector<std::string>& mailboxes);

// The same for what is done to mailboxes afterwards, as long as it lives. total: in bytes.
class WorkProgress {
 public:
  WorkProgress(std::string_view what, std::uint64_t total);
  WorkProgress(const WorkProgress&) = delete;
  WorkProgress& operator=(const WorkProgress&) = delete;
  ~WorkProgress();
  void add(std::uint64_t bytes);

 private:
  struct Line;
  std::unique_ptr<Line> line_;
};

}  // namespace unsent
