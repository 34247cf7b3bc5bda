// SPDX-License-Identifier: MIT
#include "mail/lines.h"

#include <utility>

namespace unsent {

Lines::Lines(std::string_view bytes, std::size_t from)
    : bytes_(bytes), at_(from), terminator_(line_ending(bytes) == "\r" ? '\r' : '\n') {}

Line Lines::next() {
  const std::string_view rest(bytes_.data() + at_, bytes_.size() - at_);
  const std::size_t found = rest.find(terminator_);
  std::size_t length = found == rest.npos ? rest.size() : found;
  const std::size_t begin = std::exchange(at_, at_ + length + (found == rest.npos ? 0 : 1));
  if (terminator_ == '\n')
    while (length > 0 && rest[length - 1] == '\r') --length;
  return {{rest.data(), length}, begin, at_};
}

bool Lines::seek_line_with(std::string_view prefix) {
  while (!at_end() && bytes_.compare(at_, prefix.size(), prefix) != 0) {
    const std::size_t found = bytes_.find(terminator_, at_);
    at_ = found == bytes_.npos ? bytes_.size() : found + 1;
  }
  return !at_end();
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
