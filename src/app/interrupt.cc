// SPDX-License-Identifier: MIT
#include "app/interrupt.h"

#include <csignal>

namespace unsent {
namespace {

volatile std::sig_atomic_t signals = 0;

void note_signal(int) { signals = 1; }

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

bool is_interrupted() { return signals != 0; }

}  // namespace unsent
