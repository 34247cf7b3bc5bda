// SPDX-License-Identifier: MIT
// A flow before the judge: the DNS and the ledger as it says that they are.
#pragma once

#include "flow.h"
#include "verdict/judge.h"

namespace unsent {

Judgement judge_flow(const Flow& flow);

}  // namespace unsent
