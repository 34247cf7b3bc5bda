// SPDX-License-Identifier: MIT
// What is odd about a message. Odd mail is never an error: it is judged on what could
// be read, and the oddities are shown beside the verdict.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

class Defects {
 public:
  // Each sentence is kept once, and at most kMost of them.
  void add(std::string_view what) {
    if (list_.size() >= kMost || std::find(list_.begin(), list_.end(), what) != list_.end()) return;
    list_.emplace_back(what);
  }
  void add(const Defects& others) {
    for (const std::string& what : others.list_) add(what);
  }
  const std::vector<std::string>& list() const { return list_; }

 private:
  static constexpr std::size_t kMost = 32;
  std::vector<std::string> list_;
};

}  // namespace unsent
