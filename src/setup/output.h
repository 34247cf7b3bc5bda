// SPDX-License-Identifier: MIT
// Standard output and standard error of the commands: every write is checked, and nothing that
// came from elsewhere steers the terminal that shows it (base/printable.h).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/whole_file.h"

namespace unsent {

// Gathers lines and writes them to standard output in large pieces.
class Output {
 public:
  // For people.
  Result<void> line(std::string_view text);
  Result<void> text(std::string_view text);
  // For programs: a line of JSON.
  Result<void> json(std::string_view object);
  // Text in our own colours, of which each part that came from elsewhere is printable() already.
  Result<void> painted(std::string_view text);
  Result<void> flush();
  // Flushes; then the status that a command ends with.
  Result<int> finish(int status = 0);

 private:
  static constexpr int kStandardOutput = 1;
  FileWriter writer_{kStandardOutput, "standard output"};
};

// Text for people, all that a command prints.
Result<int> print(std::string_view text, int status = 0);

// A line of JSON, all that a command prints.
Result<int> print_json(std::string_view object);

// "unsent: …" in one line on standard error; a failure to write there is nobody's concern.
void complain(std::string_view text);

// The same, and in the system log, for whom nobody watches: a service. Once is enough.
void warn(std::string_view text);

}  // namespace unsent
