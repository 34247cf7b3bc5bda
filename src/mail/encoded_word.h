// SPDX-License-Identifier: MIT
// RFC 2047 encoded words in header text.
#pragma once

#include <string>
#include <string_view>

namespace unsent {

// text (unfolded) with its encoded words decoded: always valid UTF-8. Adjacent words of
// one charset are joined before conversion, since senders split characters between
// them. A malformed word stays as it is written.
std::string decode_words(std::string_view text);
std::string decode_words(std::string&& text);  // no copy of what has none

}  // namespace unsent
