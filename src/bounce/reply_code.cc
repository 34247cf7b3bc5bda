// SPDX-License-Identifier: MIT
#include "bounce/reply_code.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "bounce/dsn.h"

namespace unsent {
namespace {

// Words behind which a code is a server's: "said 550 no such user", "error 550 …".
bool announces_code(std::string_view word) {
  static constexpr std::array<std::string_view, 17> kWords = {
      "said",    "says",     "error",     "errors", "code",     "reply",
      "replied", "response", "responded", "return", "returned", "status",
      "message", "answered", "server",    "smtp",   "with"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view one) { return equal_ignoring_case(one, word); });
}

// Where a reply begins: with its line, behind a mark, or behind such a word. "Room 450".
bool may_begin_reply(std::string_view before) {
  constexpr std::string_view kMarks = ":\"'(<>[]-=|*#";
  if (before.empty() || before.back() == '\n' || before.back() == ':') return true;
  if (before.back() != ' ') return false;
  const std::size_t end = before.find_last_not_of(' ');
  if (end == before.npos || before[end] == '\n' || kMarks.find(before[end]) != kMarks.npos)
    return true;
  const std::string_view text = before.substr(0, end + 1);
  return announces_code(text.substr(text.find_last_of(" \n") + 1));
}

// "450 EUR", "512 GB", "450 km": a number and what is counted.
bool is_amount(std::string_view behind) {
  constexpr std::size_t kLongestUnit = 3;
  const std::string_view line = trim(behind.substr(0, behind.find('\n')));
  const std::string_view unit = line.substr(0, line.find_first_of(" .,;"));
  return !unit.empty() && unit.size() <= kLongestUnit &&
         (unit.size() == line.size() ||
          (unit.size() > 1 && unit.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == unit.npos));
}

}  // namespace

bool shows_reply(std::string_view prose) {
  const std::string status = find_status(prose);
  if (!status.empty()) return status.front() != '2';
  for (std::size_t i = 0; i + 3 < prose.size(); ++i) {
    const bool is_class = prose[i] == '4' || prose[i] == '5';
    if (!is_class || !is_digit(prose[i + 1]) || prose[i + 1] > '5' || !is_digit(prose[i + 2]))
      continue;
    const char after = prose[i + 3];
    const bool is_followed =
        (after == ' ' || after == '-') && i + 4 < prose.size() && !is_digit(prose[i + 4]);
    if (is_followed && may_begin_reply(prose.substr(0, i)) && !is_amount(prose.substr(i + 4)))
      return true;
  }
  return false;
}

}  // namespace unsent
