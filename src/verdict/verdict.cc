// SPDX-License-Identifier: MIT
#include "verdict/verdict.h"

#include <algorithm>

namespace unsent {
namespace {

// Of that check, against the message.
const Fact* find_against(const Facts& facts, Check check) {
  const auto found = std::find_if(facts.begin(), facts.end(), [check](const Fact& fact) {
    return fact.check == check && fact.points_to == PointsTo::backscatter;
  });
  return found == facts.end() ? nullptr : &*found;
}

// What many show comes first, then the ledger's word, then where the original came from.
std::string reason_without_proof(const Facts& facts) {
  for (const Check check : {Check::flood, Check::ledger, Check::reply_id, Check::origin})
    for (const Fact& fact : facts)
      if (fact.check == check && fact.points_to == PointsTo::neither)
        return "not proved either way: " + fact.detail;
  if (facts.empty()) return "nothing is known about the original";
  return "not proved either way: " + facts.front().detail;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::ordinary:
      return "ordinary";
    case Verdict::genuine:
      return "genuine";
    case Verdict::backscatter:
      return "backscatter";
    case Verdict::unverified:
      return "unverified";
  }
  return "";
}

std::string_view describe(TableRow row) {
  switch (row) {
    case TableRow::not_a_report:
      return "reports on no message";
    case TableRow::proof:
      return "a proof that we sent it";
    case TableRow::too_many:
      return "evidence that we sent it, but far more bounces than it had recipients";
    case TableRow::replay:
      return "a true id on a message that we did not send";
    case TableRow::replay_doubted:
      return "signs of a replay, but strong evidence that we sent it";
    case TableRow::strong_genuine:
      return "strong evidence that we sent it, and none against";
    case TableRow::strong_backscatter:
      return "strong evidence that we did not send it, and none for it";
    case TableRow::contradiction:
      return "strong evidence for and against";
    case TableRow::nothing_strong:
      return "no strong evidence";
  }
  return "";
}

Decision decide(Kind kind, const Facts& facts) {
  if (kind == Kind::ordinary) return {Verdict::ordinary, TableRow::not_a_report, "not a report"};
  const Fact* genuine = strongest(facts, PointsTo::genuine, Strength::strong);
  const Fact* backscatter = strongest(facts, PointsTo::backscatter, Strength::strong);
  const Fact* replay = find_against(facts, Check::replay);
  if (const Fact* count = find_against(facts, Check::count); count != nullptr && genuine != nullptr)
    return {Verdict::unverified, TableRow::too_many, count->detail};
  if (genuine != nullptr && genuine->strength == Strength::proof)
    return {Verdict::genuine, TableRow::proof, genuine->detail};
  if (replay != nullptr && genuine == nullptr)
    return {Verdict::backscatter, TableRow::replay, replay->detail};
  if (replay != nullptr) return {Verdict::unverified, TableRow::replay_doubted, replay->detail};
  if (genuine != nullptr && backscatter != nullptr)
    return {Verdict::unverified, TableRow::contradiction,
            genuine->detail + "; but " + backscatter->detail};
  if (genuine != nullptr) return {Verdict::genuine, TableRow::strong_genuine, genuine->detail};
  if (backscatter != nullptr)
    return {Verdict::backscatter, TableRow::strong_backscatter, backscatter->detail};
  return {Verdict::unverified, TableRow::nothing_strong, reason_without_proof(facts)};
}

}  // namespace unsent
