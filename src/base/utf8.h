// SPDX-License-Identifier: MIT
// Characters and the bytes that spell them in UTF-8 (RFC 3629).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unsent {

// Adds the UTF-8 of code, which is at most 0x10FFFF.
void append_utf8(std::string& out, std::uint32_t code);

// Of the sequence that a byte begins.
constexpr std::size_t utf8_length(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The character at the start of text, which is not empty; it is taken off. Of what is no UTF-8
// some number, and never more bytes than there are.
std::uint32_t take_character(std::string_view& text);

}  // namespace unsent
