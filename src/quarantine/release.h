// SPDX-License-Identifier: MIT
// The ways out of a quarantine: into the mailbox, or for good. Nothing goes before it is where it
// belongs.
#pragma once

#include "acting/quarantine.h"
#include "base/result.h"
#include "base/time.h"
#include "deliver/chosen_store.h"

namespace unsent {

// The bytes as they came, without our header, into the mailbox; then out of the quarantine.
// Killed in between, it finds on the next try that the message has been released.
Result<void> release_one(const Quarantined& one, const MailboxName& mailbox, Time now);

// One that somebody else has taken away meanwhile is no error.
Result<void> take_away(const Quarantined& one);

}  // namespace unsent
