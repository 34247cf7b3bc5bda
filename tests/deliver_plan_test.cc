// SPDX-License-Identifier: MIT
#include "deliver/plan.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("a word about a campaign changes what is done, never what is proved, and drops nothing") {
  struct Row {
    Verdict verdict;
    Word word;
    Handling of_backscatter;
    Handling of_unverified;
    Handling planned;
  };
  const Row rows[] = {
      {Verdict::backscatter, Word::none, Handling::drop, Handling::tag, Handling::drop},
      {Verdict::backscatter, Word::mine, Handling::drop, Handling::tag, Handling::tag},
      {Verdict::backscatter, Word::mine, Handling::quarantine, Handling::tag, Handling::tag},
      {Verdict::backscatter, Word::mine, Handling::deliver, Handling::tag, Handling::deliver},
      {Verdict::backscatter, Word::not_mine, Handling::drop, Handling::tag, Handling::drop},
      {Verdict::unverified, Word::none, Handling::drop, Handling::tag, Handling::tag},
      {Verdict::unverified, Word::not_mine, Handling::drop, Handling::tag, Handling::quarantine},
      {Verdict::unverified, Word::not_mine, Handling::quarantine, Handling::tag,
       Handling::quarantine},
      {Verdict::unverified, Word::not_mine, Handling::tag, Handling::deliver, Handling::tag},
      {Verdict::unverified, Word::mine, Handling::drop, Handling::quarantine, Handling::tag},
      {Verdict::genuine, Word::not_mine, Handling::drop, Handling::quarantine, Handling::tag},
      {Verdict::ordinary, Word::not_mine, Handling::drop, Handling::quarantine, Handling::deliver},
  };
  for (const Row& row : rows) {
    CAPTURE(name_of(row.verdict));
    CAPTURE(name_of(row.word));
    Policy policy;
    policy.set(Verdict::backscatter, row.of_backscatter);
    policy.set(Verdict::unverified, row.of_unverified);
    const auto plan = [&] {
      return plan_for(policy, row.verdict, Kind::bounce, Weather::usual, row.word);
    };
    CHECK(plan().planned == row.planned);
    CHECK(plan().handling == row.planned);
    policy.set_shadow(true);
    CHECK(plan().planned == row.planned);
    CHECK(plan().handling != Handling::drop);
    CHECK(plan().handling != Handling::quarantine);
  }
}

TEST_CASE("what only others show, or SPF about a mail service, is put away and never dropped") {
  struct Row {
    Verdict verdict;
    Standing standing;
    Word word;
    Handling of_backscatter;
    Handling planned;
  };
  const Row rows[] = {
      {Verdict::backscatter, Standing::never_dropped, Word::none, Handling::drop,
       Handling::quarantine},
      {Verdict::backscatter, Standing::never_dropped, Word::not_mine, Handling::drop,
       Handling::quarantine},
      {Verdict::backscatter, Standing::never_dropped, Word::none, Handling::tag, Handling::tag},
      {Verdict::backscatter, Standing::never_dropped, Word::mine, Handling::drop, Handling::tag},
      {Verdict::backscatter, Standing::alone, Word::none, Handling::drop, Handling::drop},
      {Verdict::unverified, Standing::of_service, Word::none, Handling::drop, Handling::quarantine},
      {Verdict::unverified, Standing::of_service, Word::none, Handling::deliver, Handling::deliver},
      {Verdict::unverified, Standing::of_service, Word::mine, Handling::drop, Handling::tag},
      {Verdict::unverified, Standing::never_dropped, Word::none, Handling::drop, Handling::tag},
      {Verdict::genuine, Standing::of_service, Word::none, Handling::drop, Handling::tag},
      {Verdict::ordinary, Standing::of_service, Word::none, Handling::drop, Handling::deliver},
  };
  for (const Row& row : rows) {
    CAPTURE(name_of(row.verdict));
    CAPTURE(name_of(row.word));
    Policy policy;
    policy.set(Verdict::backscatter, row.of_backscatter);
    CHECK(plan_for(policy, row.verdict, Kind::bounce, Weather::usual, row.word, row.standing)
              .planned == row.planned);
  }
}

}  // namespace unsent
