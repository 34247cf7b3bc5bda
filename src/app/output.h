// SPDX-License-Identifier: MIT
// Standard output and standard error of the commands: every write is checked.
#pragma once

#include <string_view>

#include "base/result.h"

namespace unsent {

// Gathers lines and writes them to standard output in large pieces.
class Output {
 public:
  Result<void> line(std::string_view text);
  Result<void> text(std::string_view text);
  Result<void> flush();

 private:
  std::string buffer_;
};

// The same, and in the system log, for whom nobody watches: a service. Once is enough.
void warn(std::string_view text);

// "unsent: …" on standard error; a failure to write there is nobody's concern.
void complain(std::string_view text);

}  // namespace unsent
