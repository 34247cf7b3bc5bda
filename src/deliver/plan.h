// SPDX-License-Identifier: MIT
// What happens to one message that arrives: what the policy says, and what somebody said of its
// campaign in a review.
#pragma once

#include "policy/policy.h"
#include "setup/campaign_words.h"

namespace unsent {

struct Plan {
  Handling planned = Handling::tag;   // what is meant
  Handling handling = Handling::tag;  // what is done: less, in the shadow mode
};

// What others show of one that arrives, beside its verdict (deliver/flood_memory.h).
enum class Standing {
  alone,
  never_dropped,  // backscatter, which only they, or SPF about a real mail service, tell
  of_service,     // unverified, for so many came through a mail service that SPF does not name: put
                  // away as backscatter is, and never dropped
};

// Of a campaign that is mine nothing is put away. What is unverified of one that is not mine is
// handled as backscatter, but never dropped: a word about a campaign is no verdict.
Plan plan_for(const Policy& policy, Verdict verdict, Kind kind, Weather weather, Word word,
              Standing standing = Standing::alone);

}  // namespace unsent
