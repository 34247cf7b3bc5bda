// SPDX-License-Identifier: MIT
// judge() where the DNS is far away: it is run with what is known, all that it lacked is
// asked at once, and it is run again, until it lacks nothing or the message's time is up. What
// the earlier runs said is thrown away.
#pragma once

#include <optional>

#include "setup/setup.h"
#include "verdict/judge.h"

namespace unsent {

// One run. It is the last one if inquiry has nothing pending then.
Judgement judge_once(const Message& message, const Setup& setup,
                     const std::optional<Address>& recipient, Inquiry& inquiry);

// All of them, one after the other. inquiry: what was asked.
Judgement judge_asking(const Message& message, const Setup& setup,
                       const std::optional<Address>& recipient, Inquiry& inquiry);

}  // namespace unsent
