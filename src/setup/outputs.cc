// SPDX-License-Identifier: MIT
#include "setup/outputs.h"

#include <algorithm>

namespace unsent {

Result<void> check_output(const Parsed& parsed, std::size_t verbs) {
  Parsed files = parsed;
  const auto count = static_cast<std::ptrdiff_t>(std::min(verbs, files.operands.size()));
  files.operands.erase(files.operands.begin(), files.operands.begin() + count);
  if (!is_named(files, "/dev/stdout", "")) return {};
  return fail(ErrorCode::usage, "standard output is a file that is read in this run",
              "let the shell write into another file");
}

}  // namespace unsent
