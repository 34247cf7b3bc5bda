// SPDX-License-Identifier: MIT
#include "store/maildir_name.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace unsent {
namespace {

std::size_t size_with_crlf(std::string_view bytes) {
  std::size_t size = bytes.size();
  for (std::size_t at = bytes.find('\n'); at != bytes.npos; at = bytes.find('\n', at + 1))
    if (at == 0 || bytes[at - 1] != '\r') ++size;
  return size;
}

// The number behind mark, which ends at a comma, a colon or the end; nothing else is one.
std::string with_number(const std::string& path, std::string_view mark, std::size_t number) {
  const std::size_t begin = path.find(mark, path.rfind('/') + 1);
  if (begin == path.npos || path.substr(0, begin).find(':', path.rfind('/') + 1) != path.npos)
    return path;
  const std::size_t first = begin + mark.size();
  const std::size_t end = std::min(path.find_first_not_of("0123456789", first), path.size());
  if (end == first || (end < path.size() && path[end] != ',' && path[end] != ':')) return path;
  return path.substr(0, first) + std::to_string(number) + path.substr(end);
}

}  // namespace

std::string with_sizes_of(const std::string& path, std::string_view bytes) {
  return with_number(with_number(path, ",S=", bytes.size()), ",W=", size_with_crlf(bytes));
}

}  // namespace unsent
