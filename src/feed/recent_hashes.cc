// SPDX-License-Identifier: MIT
#include "feed/recent_hashes.h"

#include <utility>

namespace unsent {
namespace {

constexpr std::size_t kFewest = 1024;
constexpr std::size_t kMostCrowded = 256;

// 0 marks a place where there is none.
std::uint64_t kept_form(std::uint64_t hash) { return hash == 0 ? 1 : hash; }

}  // namespace

// Where it is, or where it is to be.
std::size_t RecentHashes::Table::place_of(std::uint64_t hash) const {
  std::size_t place = hash & (places_.size() - 1);
  for (std::size_t i = 0; i < kMostCrowded; ++i) {
    if (places_[place] == 0 || places_[place] == hash) break;
    place = (place + 1) & (places_.size() - 1);
  }
  return place;
}

bool RecentHashes::Table::has(std::uint64_t hash) const {
  hash = kept_form(hash);
  return !places_.empty() && places_[place_of(hash)] == hash;
}

bool RecentHashes::Table::add(std::uint64_t hash) {
  hash = kept_form(hash);
  if (size_ * 2 >= places_.size()) grow();
  const std::size_t place = place_of(hash);
  if (places_[place] == hash) return false;
  places_[place] = hash;
  ++size_;
  return true;
}

void RecentHashes::Table::grow() {
  const auto old = std::exchange(
      places_, std::vector<std::uint64_t>(places_.empty() ? kFewest : places_.size() * 2));
  for (const std::uint64_t hash : old)
    if (hash != 0) places_[place_of(hash)] = hash;
}

void RecentHashes::add(std::uint64_t hash) {
  if (!now_.add(hash)) return;
  last_.push_back(hash);
  if (last_.size() > kMostLast) last_.pop_front();
  if (now_.size() >= kLeast) before_ = std::exchange(now_, Table());
}

}  // namespace unsent
