// SPDX-License-Identifier: MIT
// Is this message a report on another one, and on which?
#pragma once

#include "bounce/bounce.h"
#include "mail/message.h"
#include "rules/ruleset.h"

namespace unsent {

// Reads only the header of ordinary mail: its body is looked at only where the header
// makes a report possible. Never fails; a message that reports on nothing is ordinary.
Bounce recognise(const Message& message, RuleSet& rules = RuleSet::standard());

// False: the header alone shows that recognise() will call it ordinary.
bool may_be_report(const Message& message, RuleSet& rules = RuleSet::standard());

}  // namespace unsent
