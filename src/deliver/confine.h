// SPDX-License-Identifier: MIT
// What a process that reads hostile mail can do no more: start programs and processes, open files
// beside those that judging needs, talk to anybody but DNS servers. Landlock bounds the files,
// seccomp the rest; what the kernel lacks of either is left out. Whoever tries all the same is
// killed or refused, and the mail, which another process holds, passes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace unsent {

struct Confinement {
  std::vector<std::string> read;     // files, and folders with all below them
  std::vector<std::string> change;   // folders in which files are also made, changed and removed
  std::vector<std::uint16_t> ports;  // of DNS servers; none: no sockets at all
};

// Holds for this process from now on.
void confine(const Confinement& confinement);

}  // namespace unsent
