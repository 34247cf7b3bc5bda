// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <algorithm>

namespace unsent {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  const auto last = [&](unsigned shift) { byte(0x80U | (code >> shift & 0x3FU)); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0U | code >> 6U);
  } else if (code < 0x10000) {
    byte(0xE0U | code >> 12U);
    last(6);
  } else {
    byte(0xF0U | code >> 18U);
    last(12);
    last(6);
  }
  last(0);
}

std::uint32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = utf8_length(text.front());
  const std::size_t taken = std::min(length, text.size());
  std::uint32_t code = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < taken; ++i)
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(taken);
  return code;
}

}  // namespace unsent
