// SPDX-License-Identifier: MIT
// What mail systems and people's responders say in one language: TOML, a table for each
// thing that is said (kSaysNames), a line for each phrase with a sample of its use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/phrase.h"

namespace unsent {

// A line with a mistake is left out, with one text "path:line: what" in problems; a file
// that is no TOML is left out whole. Both lists are appended to.
void read_language_file(const std::string& path, std::string_view text,
                        std::vector<Phrase>& phrases, std::vector<std::string>& problems);

}  // namespace unsent
