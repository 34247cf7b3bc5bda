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

std::string_view without_mark(std::string_view text) {
  while (text.substr(0, kByteOrderMark.size()) == kByteOrderMark)
    text.remove_prefix(kByteOrderMark.size());
  return text;
}

std::string_view line_ending(std::string_view bytes) {
  const std::size_t feed = bytes.find('\n');
  if (feed != std::string_view::npos) return feed > 0 && bytes[feed - 1] == '\r' ? "\r\n" : "\n";
  return bytes.find('\r') != std::string_view::npos ? "\r" : "\n";
}

}  // namespace unsent
