// SPDX-License-Identifier: MIT
// What `unsent doctor` says, a line each.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// What was found, in the order of finding; one line each.
class Findings {
 public:
  void good(const std::string& text) { add("ok", text); }
  // Not wrong, but less than could be.
  void remark(const std::string& text) { add("note", text); }
  void fault(const std::string& text) {
    add("fault", text);
    has_fault_ = true;
  }
  struct Finding {
    std::string_view level;  // "ok", "note", "fault"
    std::string text;
  };
  const std::vector<Finding>& all() const { return all_; }
  // "  FAULT  text", a line each.
  std::string text() const {
    std::string lines;
    for (const auto& [level, text] : all_)
      lines += (level == "ok"     ? "  ok     "
                : level == "note" ? "  note   "
                                  : "  FAULT  ") +
               text + '\n';
    return lines;
  }
  bool has(const std::string& text) const {
    return std::any_of(all_.begin(), all_.end(), [&](const Finding& one) {
      return one.text.size() >= text.size() &&
             one.text.compare(one.text.size() - text.size(), text.size(), text) == 0;
    });
  }
  bool has_fault() const { return has_fault_; }

 private:
  void add(std::string_view level, const std::string& text) { all_.push_back({level, text}); }

  std::vector<Finding> all_;
  bool has_fault_ = false;
};

// schema/doctor.schema.json
std::string to_json(const Findings& found);

}  // namespace unsent
