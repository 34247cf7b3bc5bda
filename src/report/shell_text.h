// SPDX-License-Identifier: MIT
// Words of a command that people copy into a shell. Whatever a word holds, the shell takes it
// for that word and nothing else, and a terminal shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// In quotes where it needs them; control characters and bytes that are no UTF-8 as $'\033'. What
// lies below home is written with "~/".
std::string shell_word(std::string_view word, std::string_view home = {});

// Words that are shell text already, with blanks between them, broken by "\" into lines of at
// most width columns as far as words allow it; 0: one line.
std::vector<std::string> command_lines(const std::vector<std::string>& words, std::size_t width);

}  // namespace unsent
