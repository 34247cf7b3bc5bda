// SPDX-License-Identifier: MIT
#include "app/last_resort.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <exception>
#include <string_view>

#include "base/result.h"

namespace unsent {
namespace {

constexpr int kTryAgain = static_cast<int>(ErrorCode::temp_fail);

[[noreturn]] void leave(int) { ::_exit(kTryAgain); }
[[noreturn]] void leave_for_good() { ::_exit(kTryAgain); }

// Where the stack is used up, the handler needs another one.
alignas(16) std::array<char, std::size_t{32} << 10U> other_stack;

// What a sanitizer has taken is left to it.
void take_signal(int number) {
  struct sigaction action {};
  action.sa_handler = leave;
  action.sa_flags = SA_ONSTACK;
  struct sigaction before {};
  if (::sigaction(number, &action, &before) == 0 && before.sa_handler != SIG_DFL)
    static_cast<void>(::sigaction(number, &before, nullptr));
}

}  // namespace

void end_by_try_again() {
  std::set_terminate(leave_for_good);
  stack_t stack{};
  stack.ss_sp = other_stack.data();
  stack.ss_size = other_stack.size();
  if (::sigaltstack(&stack, nullptr) != 0) return;
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) take_signal(number);
}

void complain_of_memory() {
  constexpr std::string_view kText = "unsent: out of memory\n";
  static_cast<void>(::write(STDERR_FILENO, kText.data(), kText.size()) < 0);
}

}  // namespace unsent
