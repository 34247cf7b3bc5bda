// SPDX-License-Identifier: MIT
#include "report/shell_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"

namespace unsent {
namespace {

bool is_plain(char c) {
  return is_alnum(c) || std::string_view("@%_-+=:,./").find(c) != std::string_view::npos;
}

// In $'…' every byte can be written by its number.
std::string by_numbers(std::string_view word) {
  std::string out = "$'";
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\')
      out.append("\\").push_back(c);
    else if (byte < 0x20 || byte >= 0x7F)
      out += fmt::format("\\{:03o}", byte);
    else
      out += c;
  }
  return out + "'";
}

std::string in_quotes(std::string_view word) {
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

}  // namespace

std::string shell_word(std::string_view word, std::string_view home) {
  if (!home.empty() && word.size() > home.size() + 1 && word.starts_with(home) &&
      word[home.size()] == '/')
    return "~/" + shell_word(word.substr(home.size() + 1));
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return std::string(word);
  return printable(word) == word ? in_quotes(word) : by_numbers(word);
}

std::vector<std::string> command_lines(const std::vector<std::string>& words, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& word : words) {
    const bool is_first = lines.empty();
    if (!is_first && (width == 0 || columns(lines.back()) + columns(word) + 3 <= width)) {
      lines.back() += ' ' + word;
      continue;
    }
    if (!is_first) lines.back() += " \\";
    lines.push_back(is_first ? word : "  " + word);
  }
  return lines;
}

}  // namespace unsent
