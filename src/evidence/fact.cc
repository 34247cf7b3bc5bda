// SPDX-License-Identifier: MIT
#include "evidence/fact.h"

namespace unsent {

std::string_view name_of(Check check) {
  switch (check) {
    case Check::tag:
      return "tag";
    case Check::local:
      return "local";
    case Check::ledger:
      return "ledger";
    case Check::signature:
      return "signature";
    case Check::origin:
      return "origin";
    case Check::reply_id:
      return "reply-id";
    case Check::replay:
      return "replay";
    case Check::never_sends:
      return "never-sends";
    case Check::arrival:
      return "arrival";
    case Check::identity:
      return "identity";
    case Check::diagnostic:
      return "diagnostic";
    case Check::count:
      return "count";
    case Check::burst:
      return "burst";
    case Check::flood:
      return "flood";
  }
  return "";
}

std::string_view name_of(PointsTo points_to) {
  switch (points_to) {
    case PointsTo::genuine:
      return "genuine";
    case PointsTo::backscatter:
      return "backscatter";
    case PointsTo::neither:
      return "neither";
  }
  return "";
}

std::string_view name_of(Strength strength) {
  switch (strength) {
    case Strength::weak:
      return "weak";
    case Strength::strong:
      return "strong";
    case Strength::proof:
      return "proof";
  }
  return "";
}

const Fact* strongest(const Facts& facts, PointsTo points_to, Strength least) {
  const Fact* found = nullptr;
  for (const Fact& fact : facts)
    if (fact.points_to == points_to && fact.strength >= least &&
        (found == nullptr || fact.strength > found->strength))
      found = &fact;
  return found;
}

}  // namespace unsent
