// SPDX-License-Identifier: MIT
// What `unsent doctor` says, a line each.
#pragma once

#include <string>

namespace unsent {

// What was found, in the order of finding; one line each.
class Findings {
 public:
  void good(const std::string& text) { lines_ += "  ok     " + text + "\n"; }
  // Not wrong, but less than could be.
  void remark(const std::string& text) { lines_ += "  note   " + text + "\n"; }
  void fault(const std::string& text) {
    lines_ += "  FAULT  " + text + "\n";
    has_fault_ = true;
  }
  const std::string& text() const { return lines_; }
  bool has(const std::string& text) const { return lines_.find(text + "\n") != lines_.npos; }
  bool has_fault() const { return has_fault_; }

 private:
  std::string lines_;
  bool has_fault_ = false;
};

}  // namespace unsent
