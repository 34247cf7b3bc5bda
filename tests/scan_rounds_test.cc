// SPDX-License-Identifier: MIT
#include "scan/rounds.h"

#include <doctest/doctest.h>

namespace unsent {

TEST_CASE("the deed is that of the policy on bounces, and nothing is thrown away in an account") {
  const struct {
    Handling handling;
    std::optional<Deed> deed;
  } rows[] = {
      {Handling::deliver, std::nullopt},
      {Handling::tag, Deed::tag},
      {Handling::quarantine, Deed::quarantine},
      {Handling::drop, Deed::quarantine},
  };
  for (const auto& row : rows) {
    CAPTURE(std::string(name_of(row.handling)));
    Policy policy;
    policy.set(Verdict::backscatter, row.handling);
    CHECK(deed_of(policy) == row.deed);
    policy.set(Verdict::backscatter, Handling::deliver);
    policy.set(Verdict::backscatter, Kind::bounce, row.handling);
    CHECK(deed_of(policy) == row.deed);
    policy.set_shadow(true);
    CHECK(deed_of(policy) ==
          (row.handling == Handling::deliver ? std::nullopt : std::optional(Deed::tag)));
  }
}

}  // namespace unsent
