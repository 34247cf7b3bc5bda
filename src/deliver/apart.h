// SPDX-License-Identifier: MIT
// Work in a process of its own: a crash, an endless loop or a silent server there costs its
// answer, and nothing else.
#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace unsent {

enum class Ended { answered, out_of_time, died, no_process };

struct Answer {
  Ended how = Ended::died;
  std::string text;
  std::chrono::milliseconds deadline{};  // what it was in the end
};

// Sets another time for the whole of the work than was given at first, once it is known.
using SetDeadline = std::function<void(std::chrono::milliseconds)>;

// What work returns (256 KiB of it), as long as that comes before the deadline. work catches what
// it throws. no_process: none was to be had, and nothing was done. The process that answered is
// waited for before the next one is made, and before this one ends; any other at once.
Answer run_apart(const std::function<std::string(const SetDeadline&)>& work,
                 std::chrono::milliseconds deadline);

}  // namespace unsent
