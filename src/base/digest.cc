// SPDX-License-Identifier: MIT
#include "base/digest.h"

#include <cstdint>

namespace unsent {
namespace {

struct Lanes {
  std::uint64_t a = 0xCBF29CE484222325U;
  std::uint64_t b = 0x9E3779B97F4A7C15U;

  void add(std::uint8_t byte) {
    a = (a ^ byte) * 0x100000001B3U;  // FNV-1a
    b = ((b << 23U | b >> 41U) ^ (byte + 1U)) * 0xD6E8FEB86659FD93U;
  }
  void add(std::string_view text) {
    for (const char c : text) add(static_cast<std::uint8_t>(c));
    for (std::size_t size = text.size(), i = 0; i < 8; ++i, size >>= 8U)
      add(static_cast<std::uint8_t>(size & 0xFFU));
  }
};

// MurmurHash3's finish: every bit of the state reaches every bit of the result.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 33U)) * 0xFF51AFD7ED558CCDU;
  x = (x ^ (x >> 33U)) * 0xC4CEB9FE1A85EC53U;
  return x ^ (x >> 33U);
}

}  // namespace

std::string digest(std::string_view text, std::string_view more) {
  Lanes lanes;
  lanes.add(text);
  lanes.add(more);
  std::string out;
  for (const std::uint64_t lane : {mixed(lanes.a ^ lanes.b >> 7U), mixed(lanes.b)})
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[lane >> shift & 0xFU];
  return out;
}

}  // namespace unsent
