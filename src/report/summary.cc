// SPDX-License-Identifier: MIT
#include "report/summary.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace unsent {

namespace {

constexpr std::size_t kMostPeople = 100;

bool is_proved(const ScanItem& item) {
  return item.verdict == Verdict::genuine &&
         std::any_of(item.facts.begin(), item.facts.end(), [](const Fact& fact) {
           return fact.points_to == PointsTo::genuine && fact.strength == Strength::proof;
         });
}

}  // namespace

std::size_t limit_of(const ScanLimits& limits, Verdict verdict) {
  switch (verdict) {
    case Verdict::genuine:
      return limits.genuine;
    case Verdict::unverified:
      return limits.unverified;
    case Verdict::backscatter:
      return limits.backscatter;
    case Verdict::ordinary:
      return 0;
  }
  return 0;
}

void ScanSummary::add(ScanItem item, std::uint64_t bytes) {
  ++counts_[item.verdict];
  ++kinds_.at(static_cast<std::size_t>(item.kind))[item.verdict];
  bytes_ += bytes;
  if (item.verdict == Verdict::ordinary) return;
  if (item.time) {
    timeline_.add(*item.time, item.verdict);
    first_ = std::min(first_.value_or(*item.time), *item.time);
    last_ = std::max(last_.value_or(*item.time), *item.time);
  }
  if (item.kind == Kind::reply && people_.size() < kMostPeople) people_.push_back(item);
  if (item.kind != Kind::reply) add_names(item);
  keep(std::move(item));
}

void ScanSummary::keep(ScanItem item) {
  auto& items = items_.at(static_cast<std::size_t>(item.verdict));
  auto& held = items_size_.at(static_cast<std::size_t>(item.verdict));
  if (items.size() >= limit_of(limits_, item.verdict) || held >= limits_.bytes) return;
  held += size_of(item);
  items.push_back(std::move(item));
}

void ScanSummary::add_names(const ScanItem& item) {
  reporters_.add(item.reporter, item.verdict);
  if (is_proved(item)) proved_clients_.add(item.client_ip, item.verdict);
  if (item.verdict == Verdict::genuine) return;
  if (item.verdict == Verdict::unverified)
    shortfalls_.add(what_would_change(item.kind, item.facts), item.original.date);
  senders_.add(lower(item.sender), item.verdict);
  networks_.add(item.traits.network, item.verdict);
  // One without a date stretches no campaign.
  campaigns_.add(item.traits, item.verdict, item.time.value_or(last_.value_or(Time{})));
}

void ScanSummary::add_ordinary(std::uint64_t messages, std::uint64_t bytes) {
  counts_[Verdict::ordinary] += messages;
  kinds_.at(static_cast<std::size_t>(Kind::ordinary))[Verdict::ordinary] += messages;
  bytes_ += bytes;
}

std::uint64_t ScanSummary::not_shown(Verdict verdict) const {
  if (verdict == Verdict::ordinary) return 0;
  return counts_[verdict] - items(verdict).size();
}

}  // namespace unsent
