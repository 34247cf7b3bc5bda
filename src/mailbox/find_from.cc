// SPDX-License-Identifier: MIT
#include "mailbox/find_from.h"

#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace unsent {
namespace {

bool is_from(const char* at) { return std::memcmp(at + 1, "From ", kFromLength - 1) == 0; }

// From position `at` on, one line end after the other.
std::size_t find_by_lines(std::string_view bytes, char terminator, std::size_t at) {
  while (at + kFromLength <= bytes.size()) {
    const std::size_t found = bytes.find(terminator, at);
    if (found == std::string_view::npos || found + kFromLength > bytes.size()) break;
    if (is_from(bytes.data() + found)) return found;
    at = found + 1;
  }
  return std::string_view::npos;
}

#if defined(__SSE2__)
__m128i load(const char* at) {
  __m128i value;
  std::memcpy(&value, at, sizeof value);
  return value;
}
#endif

}  // namespace

std::size_t find_from(std::string_view bytes, char terminator) {
  std::size_t at = 0;
#if defined(__SSE2__)
  // A line end with an F behind it is rare: 64 positions at a time are passed over.
  const __m128i ends = _mm_set1_epi8(terminator);
  const __m128i effs = _mm_set1_epi8('F');
  const auto hits = [&](std::size_t i) {
    return _mm_and_si128(_mm_cmpeq_epi8(load(bytes.data() + i), ends),
                         _mm_cmpeq_epi8(load(bytes.data() + i + 1), effs));
  };
  for (; at + 64 + kFromLength <= bytes.size(); at += 64) {
    const __m128i any = _mm_or_si128(_mm_or_si128(hits(at), hits(at + 16)),
                                     _mm_or_si128(hits(at + 32), hits(at + 48)));
    if (_mm_movemask_epi8(any) == 0) continue;
    const std::size_t found =
        find_by_lines(bytes.substr(0, at + 64 + kFromLength - 1), terminator, at);
    if (found != std::string_view::npos) return found;
  }
#endif
  return find_by_lines(bytes, terminator, at);
}

}  // namespace unsent
