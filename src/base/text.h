// SPDX-License-Identifier: MIT
// Text as mail has it: bytes whose letters are ASCII until proved otherwise. Nothing
// here looks at the locale; case is folded for A to Z only.
#pragma once

#include <cstddef>
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
constexpr bool is_space(char c) { return is_blank(c) || is_line_end(c) || c == '\f' || c == '\v'; }

std::string lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);
bool ends_with_ignoring_case(std::string_view text, std::string_view suffix);
bool contains_ignoring_case(std::string_view text, std::string_view needle);
// Position of needle at or after from, or npos. needle must be given in lower case.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle,
                               std::size_t from = 0);

// Without white space (blanks and line ends) at either end.
std::string_view trim(std::string_view text);

// The pieces between separators, empty ones included; "" gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);

// The first line of text, without its end (CRLF, LF or bare CR), and text advanced
// behind it. An empty text gives an empty line.
std::string_view take_line(std::string_view& text);

// Valid UTF-8 in any case: malformed bytes become U+FFFD; control characters other
// than tab and line feed too, so that a terminal is safe from hostile mail.
std::string to_valid_utf8(std::string_view bytes);
bool is_valid_utf8(std::string_view bytes);

// At most limit bytes, cut before a UTF-8 sequence rather than within one.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

}  // namespace unsent
