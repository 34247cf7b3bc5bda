// SPDX-License-Identifier: MIT
#include "rules/literal_index.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace unsent {

std::size_t LiteralIndex::bucket_of(const char* block) {
  std::uint32_t word = 0;
  std::memcpy(&word, block, kBlock);
  return word * 0x9E3779B1U >> (32U - kBits);
}

void LiteralIndex::add(std::string literal, std::size_t id) {
  assert(literal.size() >= kMinLiteral);
  if (literals_.empty()) {
    skip_.assign(std::size_t{1} << kBits, static_cast<std::uint8_t>(kSkip));
    buckets_.assign(std::size_t{1} << kBits, kNone);
  }
  for (std::size_t i = 0; i < kSkip; ++i) {
    std::uint8_t& skip = skip_[bucket_of(literal.data() + i)];
    skip = std::min(skip, static_cast<std::uint8_t>(kSkip - 1 - i));
  }
  std::uint32_t& bucket = buckets_[bucket_of(literal.data() + kSkip - 1)];
  literals_.push_back({std::move(literal), id, bucket});
  bucket = static_cast<std::uint32_t>(literals_.size() - 1);
}

void LiteralIndex::find(std::string_view text, std::vector<std::size_t>& ids) const {
  if (literals_.empty()) return;
  // at: the last block of the window in which a literal's first kMinLiteral bytes would lie
  for (std::size_t at = kSkip - 1; at + kBlock <= text.size();) {
    const std::size_t bucket = bucket_of(text.data() + at);
    if (const std::uint8_t skip = skip_[bucket]; skip > 0) {
      at += skip;
      continue;
    }
    const std::string_view here = text.substr(at - (kSkip - 1));
    for (std::uint32_t i = buckets_[bucket]; i != kNone; i = literals_[i].next)
      if (here.compare(0, literals_[i].text.size(), literals_[i].text) == 0)
        ids.push_back(literals_[i].id);
    ++at;
  }
}

}  // namespace unsent
