// SPDX-License-Identifier: MIT
// Words as they are compared: case, accents, width and composition do not count, nor how
// lines are broken. By a table that the build makes (make_folding.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace unsent {

// "Impossible  de\nDÉLIVRER" → "impossible de delivrer", in whatever normal form it came;
// half and full width are one, points and vowel signs above Arabic and Hebrew letters and
// what is invisible are gone, typographic quotes and dashes are those of ASCII. White space
// is one blank; beside Han and Kana, which need none between words, it is none.
std::string fold_words(std::string_view utf8);

// Of the table: what the code points of a page of 256 become, as offsets into kFoldingText,
// where a byte of length and then the bytes stand. 0: they stay as they are.
extern const std::uint8_t kFoldingPages[256];
extern const std::uint16_t kFoldingOffsets[][256];
extern const char kFoldingText[];

}  // namespace unsent
