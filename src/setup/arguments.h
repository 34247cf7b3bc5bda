// SPDX-License-Identifier: MIT
// What a command is run with, and what it comes to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace unsent {

// The command line behind the command's name, and what stood before it.
struct Arguments {
  std::vector<std::string> words;
  std::optional<std::string> config_path;  // --config
  std::string_view examples = {};          // of the command, for its help: a line each
};

// An exit status, or the reason why there is none of the command's own.
using Outcome = Result<int>;

}  // namespace unsent
