// SPDX-License-Identifier: MIT
// Which of many literals occur in a text: one pass that mostly skips, so that a thousand
// rules cost about as much as ten (Wu and Manber 1994).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

class LiteralIndex {
 public:
  static constexpr std::size_t kMinLiteral = 8;  // bytes

  // literal: at least kMinLiteral bytes; bytes are compared as they are.
  void add(std::string literal, std::size_t id);
  bool empty() const { return literals_.empty(); }

  // Appends the id of each literal that occurs in text, once for each place.
  void find(std::string_view text, std::vector<std::size_t>& ids) const;

 private:
  static constexpr std::size_t kBlock = 4;
  static constexpr std::size_t kSkip = kMinLiteral - kBlock + 1;  // the longest
  static constexpr unsigned kBits = 13;

  struct Literal {
    std::string text;
    std::size_t id;
    std::uint32_t next;  // of the same bucket; kNone behind the last
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  static std::size_t bucket_of(const char* block);

  // The tables are made for the first literal: a process that gets ordinary mail needs none.
  std::vector<Literal> literals_;
  std::vector<std::uint8_t> skip_;      // by block: how far the text may be passed over
  std::vector<std::uint32_t> buckets_;  // where it may not: the literals to compare
};

}  // namespace unsent
