// SPDX-License-Identifier: MIT
#include "bounce/reply_code.h"

#include <string>

#include "base/text.h"
#include "bounce/dsn.h"

namespace unsent {

bool shows_reply(std::string_view prose) {
  const std::string status = find_status(prose);
  if (!status.empty()) return status.front() != '2';
  for (std::size_t i = 0; i + 3 < prose.size(); ++i) {
    const bool is_class = prose[i] == '4' || prose[i] == '5';
    if (!is_class || !is_digit(prose[i + 1]) || prose[i + 1] > '5' || !is_digit(prose[i + 2]))
      continue;
    const char before = i > 0 ? prose[i - 1] : '\n';
    const char after = prose[i + 3];
    const bool is_alone = before == '\n' || before == ' ' || before == ':';
    if (is_alone && (after == ' ' || after == '-') && i + 4 < prose.size() &&
        !is_digit(prose[i + 4]))
      return true;
  }
  return false;
}

}  // namespace unsent
