// SPDX-License-Identifier: MIT
#pragma once

#include "setup/options.h"

namespace unsent {

// Standard output must not be a file that is read in the same run: what is written there would
// be read again, or spoil it. verbs: so many operands are no files.
Result<void> check_output(const Parsed& parsed, std::size_t verbs = 0);

}  // namespace unsent
