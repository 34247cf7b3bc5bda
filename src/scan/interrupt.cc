// SPDX-License-Identifier: MIT
#include "scan/interrupt.h"

#include <atomic>
#include <csignal>

namespace unsent {
namespace {

// Asked by many threads; without a lock, so that a signal may set it.
std::atomic<bool> is_signalled = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void note_signal(int) { is_signalled.store(true, std::memory_order_relaxed); }

void set_handler(void (*handler)(int), unsigned flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(flags);
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

// A file that may grow no more (ulimit -f) is an error of the write, not our end.
InterruptGuard::InterruptGuard() {
  set_handler(note_signal, SA_RESETHAND);
  std::signal(SIGXFSZ, SIG_IGN);
}
InterruptGuard::~InterruptGuard() { set_handler(SIG_DFL, 0); }

bool is_interrupted() { return is_signalled.load(std::memory_order_relaxed); }

}  // namespace unsent
