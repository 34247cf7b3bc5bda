// SPDX-License-Identifier: MIT
// Programs that answer mail for somebody: responders, those that tell of an absence, and those
// that ask the sender to prove himself.
#pragma once

#include "bounce/bounce.h"
#include "bounce/standard.h"
#include "bounce/weighing.h"

namespace unsent {

// Sent to many, who can leave, by no list for people and no responder: whatever it speaks of.
bool is_mass_mail(const Signs& signs, const Headers& headers);

// Somebody is away. A Subject that speaks of it is a person's own as soon as a program's: a
// second sign is needed.
bool is_absence(const Report& report, const Words& words);

// A program answered a mail of ours, in whatever words (RFC 3834).
bool is_answer(const Report& report, const Words& words);

// A program asks whoever wrote to it to prove himself. Shops ask that of new customers: what
// it answers, or the null sender, tells.
bool is_challenge(const Report& report, const Words& words, const Bounce& bounce);

}  // namespace unsent
