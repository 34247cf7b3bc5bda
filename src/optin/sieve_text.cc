// SPDX-License-Identifier: MIT
#include "optin/sieve_text.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view script) : script_(script) {}

  RequireEnd run() {
    RequireEnd end;
    for (;;) {
      if (!skip_blank()) return unsure("a comment without an end");
      if (!word("require")) break;
      if (!skip_blank() || !skip_value()) return unsure("a require that cannot be read");
      if (!skip_blank() || peek() != ';') return unsure("a require without its semicolon");
      ++at_;
      const std::size_t line_end = script_.find('\n', at_);
      if (line_end == script_.npos) return unsure("the last line has no end");
      const std::string_view rest = trim(script_.substr(at_, line_end - at_));
      if (!rest.empty() && rest.front() != '#' && !is_require(rest))
        return unsure("more stands behind the semicolon of a require");
      if (!is_require(rest)) end.at = at_ = line_end + 1;
    }
    end.is_sure = true;
    return end;
  }

 private:
  char peek() const { return at_ < script_.size() ? script_[at_] : '\0'; }

  RequireEnd unsure(std::string why) const {
    const auto before = script_.substr(0, std::min(at_, script_.size()));
    const auto lines = std::count(before.begin(), before.end(), '\n');
    return {false, 0, static_cast<std::size_t>(lines) + 1, std::move(why)};
  }

  static bool is_require(std::string_view text) {
    return equal_ignoring_case(text.substr(0, 7), "require");
  }

  // Blanks and comments of both kinds; false where one does not end.
  bool skip_blank() {
    for (;;) {
      while (is_space(peek())) ++at_;
      if (peek() == '#') {
        at_ = std::min(script_.find('\n', at_), script_.size());
      } else if (script_.substr(at_, 2) == "/*") {
        const std::size_t end = script_.find("*/", at_ + 2);
        if (end == script_.npos) return false;
        at_ = end + 2;
      } else {
        return true;
      }
    }
  }

  bool word(std::string_view wanted) {
    if (!equal_ignoring_case(script_.substr(at_, wanted.size()), wanted)) return false;
    const char next = at_ + wanted.size() < script_.size() ? script_[at_ + wanted.size()] : '\0';
    if (is_alnum(next) || next == '_') return false;
    at_ += wanted.size();
    return true;
  }

  bool skip_string() {
    if (peek() != '"') return false;
    for (++at_; at_ < script_.size() && script_[at_] != '"'; ++at_)
      if (script_[at_] == '\\') ++at_;
    if (at_ >= script_.size()) return false;
    ++at_;
    return true;
  }

  // "name", or ["name", "name"]
  bool skip_value() {
    if (peek() != '[') return skip_string();
    ++at_;
    for (;;) {
      if (!skip_blank() || !skip_string() || !skip_blank()) return false;
      if (peek() == ']') break;
      if (peek() != ',') return false;
      ++at_;
    }
    ++at_;
    return true;
  }

  std::string_view script_;
  std::size_t at_ = 0;
};

}  // namespace

RequireEnd end_of_requires(std::string_view script) { return Scanner(script).run(); }

}  // namespace unsent
