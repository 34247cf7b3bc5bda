// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace unsent {
namespace {

// Length of the well-formed UTF-8 sequence at the start of bytes (RFC 3629), or 0.
std::size_t sequence_length(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (bytes.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  return length;
}

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Eight bytes that are printable ASCII, all of them.
bool are_printable(const char* bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  const std::uint64_t below_blank = word - kEach * ' ';
  const std::uint64_t above_tilde = word + kEach;
  return ((word | below_blank | above_tilde) & kEach * 0x80) == 0;
}

// Of the ASCII text at the start: nearly all of nearly every text.
std::size_t plain_length(std::string_view bytes) {
  const auto is_plain = [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t' || c == '\n'; };
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (at + 8 <= bytes.size() && are_printable(bytes.data() + at))
      at += 8;
    else if (is_plain(bytes[at]))
      ++at;
    else
      break;
  }
  return at;
}

bool is_unsafe_control(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

}  // namespace

bool is_ascii(std::string_view bytes) {
  unsigned char bits = 0;  // of all bytes together: nearly every text is
  for (const char c : bytes) bits |= static_cast<unsigned char>(c);
  return bits < 0x80;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

// Most that are the same are so in their case too.
bool equal_bytes_ignoring_case(const char* a, const char* b, std::size_t length) {
  if (std::memcmp(a, b, length) == 0) return true;
  return std::equal(a, a + length, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool ends_with_ignoring_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         equal_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from) {
  if (needle.empty() || from > text.size() || text.size() - from < needle.size()) {
    return needle.empty() && from <= text.size() ? from : std::string_view::npos;
  }
  const char first = needle.front();
  const char upper = first >= 'a' && first <= 'z' ? static_cast<char>(first - 32) : first;
  const auto next = [&](char letter, std::size_t at) { return text.find(letter, at); };
  std::size_t lower_at = next(first, from);
  std::size_t upper_at = upper == first ? std::string_view::npos : next(upper, from);
  for (;;) {
    const std::size_t at = std::min(lower_at, upper_at);
    if (at > text.size() - needle.size()) return std::string_view::npos;
    if (equal_ignoring_case(text.substr(at, needle.size()), needle)) return at;
    (at == lower_at ? lower_at : upper_at) = next(text[at], at + 1);
  }
}

bool contains_ignoring_case(std::string_view text, std::string_view needle) {
  return find_ignoring_case(text, needle) != std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  pieces.reserve(4);
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string_view take_line(std::string_view& text) {
  static constexpr ByteSet kLineEnds("\r\n");
  const std::size_t end = kLineEnds.find_in(text);
  if (end == text.size()) {
    const std::string_view line = text;
    text = {};
    return line;
  }
  const std::string_view line = text.substr(0, end);
  const bool is_crlf = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
  text.remove_prefix(end + (is_crlf ? 2 : 1));
  return line;
}

bool is_valid_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string to_valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (;;) {
    const std::size_t plain = plain_length(bytes);
    out.append(bytes.data(), plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const std::size_t length = sequence_length(bytes);
    if (length == 0 || is_unsafe_control(bytes.front())) {
      out += kReplacement;
      bytes.remove_prefix(1);
    } else {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return out;
}

std::string to_valid_utf8(std::string&& bytes) {
  if (plain_length(bytes) == bytes.size()) return std::move(bytes);
  return to_valid_utf8(std::string_view(bytes));
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<std::uint8_t>(text[limit]) & 0xC0U) == 0x80U) --limit;
  return text.substr(0, limit);
}

}  // namespace unsent
