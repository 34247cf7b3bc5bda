// SPDX-License-Identifier: MIT
// From facts to a verdict: the decision table, pure. The worst fault is a genuine bounce
// called backscatter, so absence of proof is never proof, and a doubt is `unverified`.
#pragma once

#include <string>
#include <string_view>

#include "bounce/bounce.h"
#include "evidence/fact.h"

namespace unsent {

enum class Verdict {
  ordinary,     // nothing to judge
  genuine,      // about a message that we sent
  backscatter,  // about one that we did not send
  unverified,   // cannot be told
};
std::string_view name_of(Verdict verdict);

// The row of the table that decided.
enum class TableRow {
  not_a_report,
  proof,               // any proof of genuine
  too_many,            // genuine, but far more bounces than recipients
  replay,              // replay and no strong genuine
  replay_doubted,      // replay, but strong genuine too
  strong_genuine,      // and no strong backscatter
  strong_backscatter,  // and no strong genuine
  contradiction,       // both
  nothing_strong,      // weak facts never decide
};
std::string_view describe(TableRow row);

struct Decision {
  Verdict verdict = Verdict::unverified;
  TableRow row = TableRow::nothing_strong;
  std::string reason;  // one sentence: the fact that decided, or why none did
};

Decision decide(Kind kind, const Facts& facts);

}  // namespace unsent
