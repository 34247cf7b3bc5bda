// SPDX-License-Identifier: MIT
// Why a message was judged so, for people who have to defend it.
#pragma once

#include <string>

#include "mail/message.h"
#include "verdict/judge.h"

namespace unsent {

// Several lines: the verdict, the row that decided and its reason in one sentence; what was
// read of the bounce; every fact with its source; and what would have changed the verdict.
// Printable UTF-8 whatever the mail held.
std::string explain(const Message& message, const Judgement& judgement);

}  // namespace unsent
