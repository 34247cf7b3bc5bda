// SPDX-License-Identifier: MIT
// What would have changed a verdict: found by deciding again, with the facts that other
// circumstances would have given. For people who ask why; nothing is asked of the world.
#pragma once

#include <string>
#include <vector>

#include "bounce/bounce.h"
#include "evidence/fact.h"
#include "verdict/verdict.h"

namespace unsent {

struct Change {
  std::string condition;  // completes "if …": "the ledger had the message"
  Verdict verdict;        // that it would have been
  Remedy remedy = Remedy::none;
  std::string domain = {};  // that the remedy is about, or ""
};

// Each single circumstance that changes the verdict, in the order of the facts: what a fact
// says it would have been, a deciding fact that did not hold, and proofs that the message
// lacked. Empty for what is ordinary.
std::vector<Change> what_would_change(Kind kind, const Facts& facts);

}  // namespace unsent
