// SPDX-License-Identifier: MIT
// Ctrl-C as a question that long work asks now and then; the second one ends the process
// at once, which no mailbox minds either.
#pragma once

namespace unsent {

class InterruptGuard {
 public:
  InterruptGuard();  // SIGINT and SIGTERM
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
};

bool is_interrupted();

}  // namespace unsent
