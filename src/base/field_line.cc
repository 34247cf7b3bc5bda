// SPDX-License-Identifier: MIT
#include "base/field_line.h"

#include <charconv>

#include "base/number.h"
#include "base/text.h"

namespace unsent {
namespace {

std::string encoded(std::string_view field) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : field) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && c != '%') {
      out += c;
      continue;
    }
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

std::string decoded(std::string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size(); ++i) {
    unsigned byte = 0;
    const bool is_coded =
        field[i] == '%' && i + 2 < field.size() &&
        std::from_chars(&field[i + 1], &field[i] + 3, byte, 16).ptr == &field[i] + 3;
    out += is_coded ? static_cast<char>(byte) : field[i];
    if (is_coded) i += 2;
  }
  return out;
}

}  // namespace

std::string encode_fields(std::span<const std::string_view> fields) {
  std::string line;
  for (const std::string_view field : fields) line += encoded(field) + '\t';
  return line + ".\n";
}

std::vector<std::string> decode_fields(std::string_view line) {
  std::vector<std::string> fields;
  if (line.size() < 2 || line.substr(line.size() - 2) != "\t.") return fields;
  for (const std::string_view field : split(line.substr(0, line.size() - 2), '\t'))
    fields.push_back(decoded(field));
  return fields;
}

std::uint64_t to_number(std::string_view text) { return leading_number<std::uint64_t>(text); }

}  // namespace unsent
