// SPDX-License-Identifier: MIT
// What a reader sees of an HTML text, as far as words go.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// UTF-8: tags, comments, styles and scripts out, line ends where blocks end, entities undone.
// charset: the stated one; where none is, what the text itself says (<meta charset=…>).
std::string words_of_html(std::string_view html, std::string_view charset);

}  // namespace unsent
