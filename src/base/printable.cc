// SPDX-License-Identifier: MIT
#include "base/printable.h"

#include <fmt/format.h>
#include <unictype.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::string_view kMalformed = "\xEF\xBF\xBD";

struct Character {
  ucs4_t code = 0xFFFD;
  std::size_t length = 1;  // in bytes
};

// The first character of bytes, which are not empty; U+FFFD for a malformed byte.
Character first_of(std::string_view bytes) {
  if (static_cast<std::uint8_t>(bytes[0]) < 0x80) return {static_cast<std::uint8_t>(bytes[0]), 1};
  ucs4_t code = 0;
  const int length =
      u8_mbtoucr(&code, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (length <= 0) return {};
  return {code, static_cast<std::size_t>(length)};
}

bool is_of_spelling(ucs4_t code) { return code == 0x200C || code == 0x200D || code == 0xAD; }

bool is_blank_code(ucs4_t code) {
  return code == 0x20 || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0;
}

bool is_seen(ucs4_t code) {
  if (code < 0x7F) return code >= 0x20;
  return is_of_spelling(code) ||
         !uc_is_general_category_withtable(
             code, UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp);
}

std::size_t width_of(ucs4_t code) {
  if (code < 0x7F) return 1;
  return static_cast<std::size_t>(std::max(0, uc_width(code, "UTF-8")));
}

std::string by_number(ucs4_t code) { return fmt::format("<U+{:04X}>", code); }

// In JSON what is beyond U+FFFF is a pair of surrogates.
std::string escaped(ucs4_t code) {
  if (code < 0x10000) return fmt::format("\\u{:04x}", code);
  const ucs4_t beyond = code - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (beyond >> 10U), 0xDC00 + (beyond & 0x3FFU));
}

// Up to the first byte that is no printable ASCII, tab or line end.
std::size_t plain_length(std::string_view bytes) {
  std::size_t at = 0;
  for (; at < bytes.size(); ++at) {
    const char c = bytes[at];
    const bool ends_line = c == '\r' && bytes.substr(at + 1, 1) == "\n";
    if ((c < 0x20 || c >= 0x7F) && c != '\n' && c != '\t' && !ends_line) break;
  }
  return at;
}

template <typename Spell>
std::string with_steering(std::string_view bytes, Spell spell) {
  std::string out;
  out.reserve(bytes.size());
  for (;;) {
    const std::size_t plain = plain_length(bytes);
    out += bytes.substr(0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) return out;
    const Character next = first_of(bytes);
    if (next.code == 0xFFFD)
      out += kMalformed;
    else if (next.code == 0xA0 || is_seen(next.code))
      out += bytes.substr(0, next.length);
    else
      out += spell(next.code);
    bytes.remove_prefix(next.length);
  }
}

// How many bytes of text fill at most limit columns.
std::size_t bytes_within(std::string_view text, std::size_t limit) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Character next = first_of(text.substr(at));
    const std::size_t width = width_of(next.code);
    if (width > limit) break;
    limit -= width;
    at += next.length;
  }
  return at;
}

// The end of the first line of text that is at most width columns wide.
std::size_t line_end(std::string_view text, std::size_t width) {
  const std::size_t most = bytes_within(text, width);
  if (most == text.size()) return most;
  const std::size_t blank = text.rfind(' ', most);
  return blank == std::string_view::npos || blank == 0 ? most : blank;
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character next = first_of(bytes);
    if (is_blank_code(next.code)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (next.code == 0xFFFD) {
      out += kMalformed;
    } else if (is_seen(next.code)) {
      out += bytes.substr(0, next.length);
    } else {
      out += by_number(next.code);
    }
    bytes.remove_prefix(next.length);
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string printable_lines(std::string_view bytes) { return with_steering(bytes, by_number); }

std::string printable_json(std::string_view json) { return with_steering(json, escaped); }

std::size_t columns(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character next = first_of(text);
    width += width_of(next.code);
    text.remove_prefix(next.length);
  }
  return width;
}

std::string fit(std::string_view text, std::size_t limit) {
  if (bytes_within(text, limit) == text.size()) return std::string(text);
  if (limit == 0) return "";
  return std::string(text.substr(0, bytes_within(text, limit - 1))) + "…";
}

std::string pad(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return std::string(text) + std::string(width > taken ? width - taken : 0, ' ');
}

std::string wrap(std::string_view text, std::size_t width, std::string_view indent) {
  width = std::max<std::size_t>(width, 8);
  std::string out;
  do {
    const std::size_t end = line_end(text, width);
    if (!out.empty()) out += '\n';
    out.append(indent).append(trim(text.substr(0, end)));
    text = trim(text.substr(end));
  } while (!text.empty());
  return out;
}

}  // namespace unsent
