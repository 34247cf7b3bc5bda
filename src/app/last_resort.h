// SPDX-License-Identifier: MIT
// For what stands in the mail's way: whatever happens within the program that nothing else
// has caught, its status says "try again" and not something that a mail system takes for good.
#pragma once

namespace unsent {

// EX_TEMPFAIL, when memory is short, a bug stops the program, or it runs out of stack.
// Forked processes have it too.
void end_by_try_again();

// On standard error, without any memory.
void complain_of_memory();

}  // namespace unsent
