// SPDX-License-Identifier: MIT
#include "report/tally.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxName = 128;

}  // namespace

VerdictCounts& VerdictCounts::operator+=(const VerdictCounts& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  return *this;
}

void Tally::add(std::string_view name, Verdict verdict) {
  if (name.empty()) return;
  name = cut_utf8(name, kMaxName);
  ++all_[verdict];
  auto found = held_.find(name);
  if (found == held_.end()) {
    if (held_.size() >= 2 * capacity_) forget_the_rare();
    found = held_.emplace(name, Count{{}, missed_}).first;
    names_ = std::max(names_, held_.size());
  }
  ++found->second.counts[verdict];
}

void Tally::forget_the_rare() {
  const auto most = [](const Count& count) { return count.counts.total() + count.missed; };
  std::vector<std::uint64_t> sizes;
  sizes.reserve(held_.size());
  for (const auto& [name, count] : held_) sizes.push_back(most(count));
  const auto median = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), median, sizes.end());
  missed_ = *median;
  std::erase_if(held_, [&](const auto& one) { return most(one.second) <= missed_; });
}

std::vector<Tally::Entry> Tally::top(std::size_t most) const {
  std::vector<Entry> entries;
  entries.reserve(held_.size());
  for (const auto& [name, count] : held_) entries.push_back({name, count.counts});
  const auto kept = entries.begin() + static_cast<std::ptrdiff_t>(std::min(most, entries.size()));
  std::partial_sort(entries.begin(), kept, entries.end(), [](const Entry& a, const Entry& b) {
    if (a.counts.total() != b.counts.total()) return a.counts.total() > b.counts.total();
    return a.name < b.name;
  });
  entries.erase(kept, entries.end());
  return entries;
}

}  // namespace unsent
