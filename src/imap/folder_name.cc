// SPDX-License-Identifier: MIT
#include "imap/folder_name.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"

namespace unsent {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool is_direct(char c) { return c >= ' ' && c <= '~'; }

// UTF-16 as it comes, sixteen bits at a time.
class Units {
 public:
  explicit Units(std::string& out) : out_(out) {}
  bool add(std::uint32_t unit) {
    if (high_ != 0) {
      if (unit < 0xDC00 || unit > 0xDFFF) return false;
      append_utf8(out_, 0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00));
      high_ = 0;
      return true;
    }
    if (unit >= 0xDC00 && unit <= 0xDFFF) return false;
    if (unit >= 0xD800 && unit <= 0xDBFF)
      high_ = unit;
    else
      append_utf8(out_, unit);
    return unit != 0;
  }
  bool is_whole() const { return high_ == 0; }

 private:
  std::string& out_;
  std::uint32_t high_ = 0;
};

// What stands between "&" and "-".
bool add_shifted(std::string& out, std::string_view text) {
  Units units(out);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == kAlphabet.npos) return false;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 16) continue;
    count -= 16;
    if (!units.add(bits >> count & 0xFFFFU)) return false;
  }
  return units.is_whole() && count < 6 && (bits & ((1U << count) - 1U)) == 0;
}

std::optional<std::string> decode(std::string_view wire) {
  std::string out;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    if (!is_direct(wire[i])) return std::nullopt;
    if (wire[i] != '&') {
      out += wire[i];
      continue;
    }
    const std::size_t end = wire.find('-', i);
    if (end == wire.npos) return std::nullopt;
    const std::string_view shifted = wire.substr(i + 1, end - i - 1);
    if (shifted.empty())
      out += '&';
    else if (!add_shifted(out, shifted))
      return std::nullopt;
    i = end;
  }
  return out;
}

void add_units(std::string& bytes, std::uint32_t code) {
  const auto put = [&](std::uint32_t unit) {
    bytes += static_cast<char>(unit >> 8U);
    bytes += static_cast<char>(unit & 0xFFU);
  };
  if (code < 0x10000) return put(code);
  put(0xD800U + ((code - 0x10000) >> 10U));
  put(0xDC00U + ((code - 0x10000) & 0x3FFU));
}

std::string shifted(std::string_view units) {
  std::string out = "&";
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : units) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += kAlphabet[bits >> count & 63U];
    }
  }
  if (count > 0) out += kAlphabet[bits << (6 - count) & 63U];
  return out + '-';
}

}  // namespace

std::string folder_from_wire(std::string_view wire) {
  auto decoded = decode(wire);
  return decoded ? std::move(*decoded) : to_valid_utf8(wire);
}

std::string folder_to_wire(std::string_view text) {
  std::string wire;
  while (!text.empty()) {
    if (is_direct(text.front())) {
      wire += text.front();
      if (text.front() == '&') wire += '-';
      text.remove_prefix(1);
      continue;
    }
    std::string units;
    while (!text.empty() && !is_direct(text.front())) add_units(units, take_character(text));
    wire += shifted(units);
  }
  return wire;
}

bool is_quotable(std::string_view bytes) {
  return bytes.size() < 1000 && std::all_of(bytes.begin(), bytes.end(), is_direct);
}

std::string quoted(std::string_view bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace unsent
