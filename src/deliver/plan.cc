// SPDX-License-Identifier: MIT
#include "deliver/plan.h"

namespace unsent {
namespace {

bool puts_away(Handling handling) {
  return handling == Handling::quarantine || handling == Handling::drop;
}

Handling without_drop(Handling handling) {
  return handling == Handling::drop ? Handling::quarantine : handling;
}

Handling meant(const Policy& policy, Verdict verdict, Kind kind, Weather weather, Word word,
               Standing standing) {
  const Handling plan = policy.planned(verdict, kind, weather);
  if (word == Word::mine) return puts_away(plan) ? Handling::tag : plan;
  const bool is_as_backscatter = verdict == Verdict::unverified &&
                                 (word == Word::not_mine || standing == Standing::of_service);
  if (is_as_backscatter) return without_drop(policy.planned(Verdict::backscatter, kind, weather));
  return standing == Standing::alone ? plan : without_drop(plan);
}

}  // namespace

Plan plan_for(const Policy& policy, Verdict verdict, Kind kind, Weather weather, Word word,
              Standing standing) {
  const Handling planned = meant(policy, verdict, kind, weather, word, standing);
  const bool is_less = policy.is_shadow() && puts_away(planned);
  return {planned, is_less ? Handling::tag : planned};
}

}  // namespace unsent
