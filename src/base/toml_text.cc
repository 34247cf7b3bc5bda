// SPDX-License-Identifier: MIT
#include "base/toml_text.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

// A string of several lines may have two quotes before its closing ones.
std::size_t end_of_long_string(std::string_view toml, std::size_t closing) {
  std::size_t end = closing + 3;
  while (end < toml.size() && end < closing + 5 && toml[end] == toml[closing]) ++end;
  return end;
}

// Offset behind the string that begins at begin, with a quote; the end of the text if it
// is never closed, or of the line for strings of one line.
std::size_t end_of_string(std::string_view toml, std::size_t begin) {
  const char quote = toml[begin];
  const std::string_view mark = toml.substr(begin, 3);
  const bool is_long = mark == "\"\"\"" || mark == "'''";
  for (std::size_t i = begin + (is_long ? 3 : 1); i < toml.size(); ++i) {
    if (quote == '"' && toml[i] == '\\')
      ++i;
    else if (!is_long && (toml[i] == quote || toml[i] == '\n'))
      return i + (toml[i] == quote ? 1 : 0);
    else if (is_long && toml.substr(i, 3) == mark)
      return end_of_long_string(toml, i);
  }
  return toml.size();
}

// Of a string of several lines: whether a byte beyond ASCII stands behind a backslash, or
// behind the white space that one leaves out.
bool joins_beyond_ascii(std::string_view text) {
  if (text.substr(0, 3) != "\"\"\"") return false;
  for (std::size_t i = text.find('\\'); i != text.npos; i = text.find('\\', i)) {
    std::size_t behind = i + 1;
    while (behind < text.size() && (is_blank(text[behind]) || is_line_end(text[behind]))) ++behind;
    if (behind < text.size() && static_cast<unsigned char>(text[behind]) >= 0x80) return true;
    i = behind == i + 1 ? i + 2 : behind;
  }
  return false;
}

// "[name", "[[ 'name": what stands behind the brackets of a table header.
bool has_header_name(std::string_view header) {
  header.remove_prefix(header.substr(0, 2) == "[[" ? 2 : 1);
  while (!header.empty() && is_blank(header.front())) header.remove_prefix(1);
  const char first = header.empty() ? '\0' : header.front();
  return is_alnum(first) || first == '_' || first == '-' || first == '"' || first == '\'';
}

// What a string stands behind. Behind else the parser takes it for no string: of letters beyond
// ASCII there it makes what it can't go on from.
constexpr ByteSet kBeforeStrings(" \t\r\n=,.[{");

// Of what the parser goes down into, a level a call: brackets, and the parts of a dotted key.
constexpr int kMostNested = 32;

class Nesting {
 public:
  // The next byte, outside of strings and comments. False if it is one level too many.
  bool take(char c) {
    if (c == '[' || c == '{') ++brackets_;
    if ((c == ']' || c == '}') && brackets_ > 0) --brackets_;
    if (c == '.')
      ++dots_;
    else if (is_line_end(c) || std::string_view("=,[]{}").find(c) != std::string_view::npos)
      dots_ = 0;
    return brackets_ <= kMostNested && dots_ < kMostNested;
  }
  bool is_outermost() const { return brackets_ == 0; }

 private:
  int brackets_ = 0;
  int dots_ = 0;  // of the present key
};

}  // namespace

std::optional<TomlFlaw> find_toml_flaw(std::string_view toml) {
  if (toml.substr(0, 3) == "\xEF\xBB\xBF") toml.remove_prefix(3);  // a byte order mark
  Nesting nesting;  // a header stands outside of brackets, where a line begins
  bool is_line_begin = true;
  const auto flaw = [&](std::size_t at, std::string_view what) {
    const auto lines =
        std::count(toml.begin(), toml.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    return TomlFlaw{static_cast<unsigned>(lines + 1), what};
  };
  for (std::size_t i = 0; i < toml.size();) {
    const char c = toml[i];
    if (static_cast<unsigned char>(c) >= 0x80)
      return flaw(i, "a character beyond ASCII outside of a string");
    const bool is_quote = c == '"' || c == '\'';
    if (is_quote && i > 0 && !kBeforeStrings.has(toml[i - 1]))
      return flaw(i, "a string begins within a word");
    if (c == '[' && nesting.is_outermost() && is_line_begin && !has_header_name(toml.substr(i)))
      return flaw(i, "no name in the table header");
    if (c != '#' && !nesting.take(c)) return flaw(i, "nested too deeply");
    is_line_begin = is_line_end(c) || (is_line_begin && is_blank(c));
    if (c == '#') {
      i = std::min(toml.find('\n', i), toml.size());
    } else if (is_quote) {
      const std::size_t end = std::min(end_of_string(toml, i), toml.size());
      if (joins_beyond_ascii(toml.substr(i, end - i)))
        return flaw(i, "a character beyond ASCII where a string goes on behind \\; join its lines");
      i = end;
    } else {
      ++i;
    }
  }
  return std::nullopt;
}

}  // namespace unsent
