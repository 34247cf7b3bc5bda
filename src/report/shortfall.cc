// SPDX-License-Identifier: MIT
#include "report/shortfall.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kMostHeld = 24;

}  // namespace

void Shortfalls::add(const std::vector<Change>& changes, std::optional<Time> sent) {
  std::set<std::pair<Remedy, std::string>> counted;
  for (const Change& change : changes) {
    const std::pair key(change.remedy, lower(change.domain));
    if (change.remedy == Remedy::none || !counted.insert(key).second) continue;
    if (held_.size() >= kMostHeld && held_.count(key) == 0) continue;
    Shortfall& one = held_[key];
    std::tie(one.remedy, one.domain) = key;
    ++one.reports;
    if (sent) one.sent.add(*sent, Verdict::unverified);
  }
}

std::vector<Shortfall> Shortfalls::list() const {
  std::vector<Shortfall> list;
  for (const auto& [key, one] : held_) list.push_back(one);
  std::stable_sort(list.begin(), list.end(),
                   [](const Shortfall& a, const Shortfall& b) { return a.reports > b.reports; });
  return list;
}

}  // namespace unsent
