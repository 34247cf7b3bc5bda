// SPDX-License-Identifier: MIT
#include "verdict/what_if.h"

#include <fmt/format.h>

#include <algorithm>

namespace unsent {
namespace {

// What decides, without the words: they would be copied for every trial.
Facts bare(const Facts& facts) {
  Facts out;
  out.reserve(facts.size() + 1);
  for (const Fact& fact : facts) out.push_back({fact.check, fact.points_to, fact.strength, ""});
  return out;
}

class Trial {
 public:
  Trial(Kind kind, const Facts& facts)
      : kind_(kind), facts_(bare(facts)), verdict_(decide(kind, facts_).verdict) {}

  void replace(std::size_t index, const Otherwise& otherwise) {
    Facts facts = facts_;
    facts[index].points_to = otherwise.points_to;
    facts[index].strength = otherwise.strength;
    note(otherwise.condition, facts, otherwise.remedy, otherwise.domain);
  }

  void leave_out(std::size_t index) {
    Facts facts = facts_;
    facts.erase(facts.begin() + static_cast<std::ptrdiff_t>(index));
    note(fmt::format("the {} fact did not hold", name_of(facts_[index].check)), facts);
  }

  void supply(Check check, Strength strength, const char* condition) {
    Facts facts = facts_;
    facts.push_back({check, PointsTo::genuine, strength, ""});
    note(condition, facts, Remedy::keep_marking);
  }

  std::vector<Change> take() { return std::move(changes_); }

 private:
  void note(const std::string& condition, const Facts& facts, Remedy remedy = Remedy::none,
            const std::string& domain = {}) {
    const Verdict verdict = decide(kind_, facts).verdict;
    if (verdict == verdict_) return;
    const bool is_known = std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
      return change.condition == condition;
    });
    if (!is_known) changes_.push_back({condition, verdict, remedy, domain});
  }

  Kind kind_;
  Facts facts_;
  Verdict verdict_;
  std::vector<Change> changes_;
};

bool has_check(const Facts& facts, Check check) {
  return std::any_of(facts.begin(), facts.end(),
                     [check](const Fact& fact) { return fact.check == check; });
}

}  // namespace

std::vector<Change> what_would_change(Kind kind, const Facts& facts) {
  if (kind == Kind::ordinary) return {};
  Trial trial(kind, facts);
  for (std::size_t i = 0; i < facts.size(); ++i) {
    for (const Otherwise& otherwise : facts[i].otherwise) trial.replace(i, otherwise);
    if (facts[i].points_to != PointsTo::neither) trial.leave_out(i);
  }
  const bool is_about_delivery =
      kind == Kind::bounce || kind == Kind::delay || kind == Kind::success;
  if (!is_about_delivery) return trial.take();
  if (!has_check(facts, Check::tag))
    trial.supply(Check::tag, Strength::proof,
                 "a valid tag of yours had come back with it (unsent tag)");
  if (!has_check(facts, Check::signature))
    trial.supply(Check::signature, Strength::strong,
                 "your DKIM signature had come back with the header");
  return trial.take();
}

}  // namespace unsent
