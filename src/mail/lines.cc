// SPDX-License-Identifier: MIT
#include "mail/lines.h"

namespace unsent {

Lines::Lines(std::string_view bytes, std::size_t from)
    : bytes_(bytes), at_(from), terminator_(line_ending(bytes) == "\r" ? '\r' : '\n') {}

Line Lines::next() {
  const std::size_t found = bytes_.find(terminator_, at_);
  std::size_t end = found == std::string_view::npos ? bytes_.size() : found;
  const Line whole{{}, at_, found == std::string_view::npos ? bytes_.size() : found + 1};
  if (terminator_ == '\n')
    while (end > at_ && bytes_[end - 1] == '\r') --end;
  const std::string_view text = bytes_.substr(at_, end - at_);
  at_ = whole.next;
  return {text, whole.begin, whole.next};
}

std::string_view line_ending(std::string_view bytes) {
  // By windows, so that neither search runs far past the end that the other finds.
  constexpr std::size_t kWindow = 512;
  for (std::size_t at = 0; at < bytes.size(); at += kWindow) {
    const std::string_view window = bytes.substr(at, kWindow);
    const std::size_t feed = window.find('\n');
    const std::size_t end = window.substr(0, feed).find('\r');
    if (end == std::string_view::npos && feed == std::string_view::npos) continue;
    if (end == std::string_view::npos) return "\n";
    const std::size_t after = bytes.find_first_not_of('\r', at + end);
    return after == std::string_view::npos || bytes[after] != '\n' ? "\r" : "\r\n";
  }
  return "\n";
}

}  // namespace unsent
