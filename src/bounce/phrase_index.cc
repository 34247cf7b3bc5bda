// SPDX-License-Identifier: MIT
#include "bounce/phrase_index.h"

#include <cassert>

namespace unsent {

std::size_t PhraseIndex::place_of(const char* beginning) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(beginning[i]); };
  const std::uint32_t word = byte(0) | std::uint32_t{byte(1)} << 8U | std::uint32_t{byte(2)} << 16U;
  return word * 0x9E3779B1U >> 20U;
}

void PhraseIndex::add(std::string_view phrase) {
  assert(phrase.size() >= kShortest && phrases_.size() < kNone);
  std::uint16_t& head = heads_[place_of(phrase.data())];
  phrases_.push_back({phrase, head});
  head = static_cast<std::uint16_t>(phrases_.size() - 1);
}

bool PhraseIndex::occurs_in(std::string_view text) const {
  for (; text.size() >= kShortest; text.remove_prefix(1))
    for (std::uint16_t i = heads_[place_of(text.data())]; i != kNone; i = phrases_[i].next)
      if (text.substr(0, phrases_[i].text.size()) == phrases_[i].text) return true;
  return false;
}

}  // namespace unsent
