// SPDX-License-Identifier: MIT
#include "base/toml_text.h"

#include <algorithm>

namespace unsent {
namespace {

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
      return i + 1;
    else if (is_long && toml.substr(i, 3) == mark)
      return i + 3;
  }
  return toml.size();
}

}  // namespace

std::optional<unsigned> line_of_stray_character(std::string_view toml) {
  if (toml.substr(0, 3) == "\xEF\xBB\xBF") toml.remove_prefix(3);  // a byte order mark
  for (std::size_t i = 0; i < toml.size();) {
    if (toml[i] == '#')
      i = std::min(toml.find('\n', i), toml.size());
    else if (toml[i] == '"' || toml[i] == '\'')
      i = std::min(end_of_string(toml, i), toml.size());
    else if (static_cast<unsigned char>(toml[i]) >= 0x80)
      return static_cast<unsigned>(
          1 + std::count(toml.begin(), toml.begin() + static_cast<std::ptrdiff_t>(i), '\n'));
    else
      ++i;
  }
  return std::nullopt;
}

}  // namespace unsent
