// SPDX-License-Identifier: MIT
// Does any of some hundred phrases occur in a text: told in one pass over the text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace unsent {

class PhraseIndex {
 public:
  static constexpr std::size_t kShortest = 3;  // bytes that a phrase must have

  // Views the phrases. Bytes are compared as they are.
  template <std::size_t N>
  explicit PhraseIndex(const std::array<std::string_view, N>& phrases) {
    heads_.fill(kNone);
    phrases_.reserve(N);
    for (const std::string_view phrase : phrases) add(phrase);
  }

  bool occurs_in(std::string_view text) const;

 private:
  static constexpr std::uint16_t kNone = UINT16_MAX;
  struct Phrase {
    std::string_view text;
    std::uint16_t next;  // that begins alike; kNone behind the last
  };

  void add(std::string_view phrase);
  static std::size_t place_of(const char* beginning);

  std::vector<Phrase> phrases_;
  std::array<std::uint16_t, 4096> heads_{};  // by the first three bytes
};

}  // namespace unsent
