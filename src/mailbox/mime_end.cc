// SPDX-License-Identifier: MIT
#include "mailbox/mime_end.h"

#include <cstring>

#include "base/text.h"

namespace unsent {
namespace {

// std::string_view::find looks for the first byte only, and a boundary begins with many
// dashes often enough.
std::size_t find(std::string_view text, std::string_view needle, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* found =
      ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// Behind it on its line only blanks may stand.
bool ends_line(std::string_view rest) {
  while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  return rest.empty() || is_line_end(rest.front());
}

// before, behind: the text around an occurrence.
BoundaryUse use_of(std::string_view before, std::string_view behind) {
  const std::size_t last = before.find_last_not_of(" \t\"");
  if (last != before.npos && before[last] == '=') return BoundaryUse::stated;
  if (!before.ends_with("--")) return BoundaryUse::none;
  before.remove_suffix(2);
  if (!before.empty() && !is_line_end(before.back())) return BoundaryUse::none;
  if (behind.starts_with("--") && ends_line(behind.substr(2))) return BoundaryUse::close;
  return ends_line(behind) ? BoundaryUse::delimiter : BoundaryUse::none;
}

}  // namespace

std::string_view stated_boundary(std::string_view field) {
  constexpr std::string_view kName = "Content-Type:";
  if (!starts_with_ignoring_case(field, kName)) return {};
  if (!starts_with_ignoring_case(trim(field.substr(kName.size())), "multipart/")) return {};
  std::size_t at = find_ignoring_case(field, "boundary");
  if (at == field.npos) return {};
  at = field.find_first_not_of(" \t\r\n", at + 8);
  if (at == field.npos || field[at] != '=') return {};
  field = trim(field.substr(at + 1));
  const bool is_quoted = field.starts_with('"');
  if (is_quoted) field.remove_prefix(1);
  return field.substr(0, field.find_first_of(is_quoted ? "\"\r\n" : " \t\r\n;"));
}

BoundaryFound find_boundary(std::string_view text, std::string_view boundary, std::size_t from) {
  if (boundary.empty()) return {};
  for (std::size_t at = find(text, boundary, from); at != text.npos;
       at = find(text, boundary, at + 1)) {
    const BoundaryUse use = use_of(text.substr(0, at), text.substr(at + boundary.size()));
    if (use != BoundaryUse::none) return {use, at + boundary.size()};
  }
  return {};
}

bool has_close(std::string_view text, std::string_view boundary) {
  BoundaryFound found;
  do found = find_boundary(text, boundary, found.end);
  while (found.use != BoundaryUse::none && found.use != BoundaryUse::close);
  return found.use == BoundaryUse::close;
}

}  // namespace unsent
