// SPDX-License-Identifier: MIT
// Text as mail has it: bytes whose letters are ASCII until proved otherwise. Nothing
// here looks at the locale; case is folded for A to Z only.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr bool is_line_end(char c) { return c == '\r' || c == '\n'; }
// Blanks and line ends, form feed and vertical tab.
constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Some of the 256 bytes; looks for them in one pass, whatever their number.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) has_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  // Position of the first of them at or after from; text.size() if there is none.
  std::size_t find_in(std::string_view text, std::size_t from = 0) const {
    while (from < text.size() && !has(text[from])) ++from;
    return std::min(from, text.size());
  }

 private:
  std::array<bool, 256> has_{};
};

constexpr ByteSet kBlanksAndLineEnds(" \t\r\n");

bool is_ascii(std::string_view bytes);
std::string lower(std::string_view text);
// Both of that length.
bool equal_bytes_ignoring_case(const char* a, const char* b, std::size_t length);
// Most texts differ in their length, their first byte or their last.
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return a.empty() ||
         (to_lower(a.front()) == to_lower(b.front()) && to_lower(a.back()) == to_lower(b.back()) &&
          equal_bytes_ignoring_case(a.data(), b.data(), a.size()));
}
inline bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  return prefix.empty() || (to_lower(text.front()) == to_lower(prefix.front()) &&
                            equal_bytes_ignoring_case(text.data(), prefix.data(), prefix.size()));
}
// A text of at most seven bytes, in lower case, as one number: many words are compared at once so.
// 0 for a longer one.
constexpr std::uint64_t short_word(std::string_view text) {
  if (text.size() > 7) return 0;
  std::uint64_t word = 1;  // else a NUL in front were nothing
  for (const char c : text) word = word << 8U | static_cast<unsigned char>(to_lower(c));
  return word;
}
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
bool contains_ignoring_case(std::string_view text, std::string_view needle);
// Position of needle at or after from, or npos. needle must be given in lower case.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle,
                               std::size_t from = 0);

// Without white space at either end.
inline std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// The pieces between separators, empty ones included; "" gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

// The first line of text, without its end (CRLF, LF or bare CR), and text advanced
// behind it. An empty text gives an empty line.
std::string_view take_line(std::string_view& text);

// Valid UTF-8 in any case: malformed bytes become U+FFFD; control characters other
// than tab and line feed too, so that a terminal is safe from hostile mail.
std::string to_valid_utf8(std::string_view bytes);
std::string to_valid_utf8(std::string&& bytes);  // not copied where they are valid ASCII
bool is_valid_utf8(std::string_view bytes);

// "1 recipient", "2 recipients".
template <typename Number>
std::string many(Number count, std::string_view one) {
  return std::to_string(count) + ' ' + std::string(one) + (count == 1 ? "" : "s");
}

// At most limit bytes, cut before a UTF-8 sequence rather than within one.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

}  // namespace unsent
