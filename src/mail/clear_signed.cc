// SPDX-License-Identifier: MIT
#include "mail/clear_signed.h"

#include <algorithm>

#include "base/text.h"
#include "mail/lines.h"

namespace unsent {
namespace {

constexpr std::string_view kBegin = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kSignature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view kEnd = "-----END PGP SIGNATURE-----";

constexpr std::size_t kMostBefore = 1024;  // bytes before the armour

bool is_line(std::string_view line, std::string_view mark) { return trim(line) == mark; }

void pass_until(Lines& lines, std::string_view mark) {
  while (!lines.at_end())
    if (is_line(lines.next().text, mark)) return;
}

// Behind "Hash: SHA512" and an empty line.
void pass_armour_header(Lines& lines) {
  while (!lines.at_end())
    if (trim(lines.next().text).empty()) return;
}

void add_line(std::string& out, std::string_view line) {
  out += line.substr(0, 2) == "- " ? line.substr(2) : line;
  out += '\n';
}

}  // namespace

std::optional<std::string> undo_clear_signing(std::string_view text) {
  const std::size_t begin = text.substr(0, kMostBefore).find(kBegin);
  if (begin == text.npos || (begin > 0 && !is_line_end(text[begin - 1]))) return std::nullopt;
  Lines lines(text, begin);
  if (!is_line(lines.next().text, kBegin)) return std::nullopt;
  std::string out(text.substr(0, begin));
  pass_armour_header(lines);
  while (!lines.at_end()) {
    const std::string_view line = lines.next().text;
    if (is_line(line, kSignature)) {
      pass_until(lines, kEnd);
      break;
    }
    add_line(out, line);
  }
  return out += text.substr(std::min(lines.offset(), text.size()));
}

}  // namespace unsent
