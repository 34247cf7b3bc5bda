// SPDX-License-Identifier: MIT
// Lines of a piece of mail, whatever ends them: LF, CRLF, CR CR LF, or bare CR where
// the text has no LF at all. Linear, one memchr a line.
#pragma once

#include <cstddef>
#include <string_view>

namespace unsent {

struct Line {
  std::string_view text;  // without its end
  std::size_t begin = 0;  // offset of its first byte
  std::size_t next = 0;   // offset behind its end
};

// Views bytes; both must outlive the lines.
class Lines {
 public:
  // The terminator is decided once: a CR ends lines only where no LF occurs in bytes.
  explicit Lines(std::string_view bytes, std::size_t from = 0);

  bool at_end() const { return at_ >= bytes_.size(); }
  std::size_t offset() const { return at_; }
  void seek(std::size_t offset) { at_ = offset; }
  // Requires: !at_end().
  Line next();
  Line peek() const { return Lines(*this).next(); }
  // Passes over the lines that do not begin with prefix; false if no other is left.
  bool seek_line_with(std::string_view prefix);

 private:
  std::string_view bytes_;
  std::size_t at_;
  char terminator_;
};

// U+FEFF in UTF-8, which some programs write before the first line of a text.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Without those at its start.
std::string_view without_mark(std::string_view text);

// "\r\n", "\n" or "\r": how the first line of bytes ends; "\n" where none ends. A bare CR
// before an LF is a byte of its line: whoever could end lines with it would choose what the
// programs behind us, which do not, take for header fields.
std::string_view line_ending(std::string_view bytes);

}  // namespace unsent
