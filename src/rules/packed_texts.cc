// SPDX-License-Identifier: MIT
#include "rules/packed_texts.h"

#include <algorithm>

namespace unsent {

std::string PackedTexts::add(std::string_view text) {
  std::string& place = known_[std::string(text)];
  if (place.empty()) {
    place = "{" + std::to_string(all_.size()) + ", " + std::to_string(text.size()) + "}";
    all_ += text;
  }
  return place;
}

// Compilers limit one literal: it is written as several.
std::string PackedTexts::literal() const {
  constexpr std::size_t kPiece = 8000;
  std::string out;
  std::string_view rest = all_;
  do {
    out += "R\"~~text~~(" + std::string(rest.substr(0, kPiece)) + ")~~text~~\"\n";
    rest.remove_prefix(std::min(rest.size(), kPiece));
  } while (!rest.empty());
  return out;
}

}  // namespace unsent
