// SPDX-License-Identifier: MIT
// "Did you mean": the word that somebody meant who typed another.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// Of the candidates the one that is nearest to word, by letters that are missing, too many,
// wrong or swapped; "" where none is so near that it may be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace unsent
