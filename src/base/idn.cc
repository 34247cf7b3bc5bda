// SPDX-License-Identifier: MIT
#include "base/idn.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.h"
#include "base/utf8.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

// Lower case of ASCII, Latin-1, Greek and Cyrillic capitals: what people type.
std::uint32_t fold(std::uint32_t point) {
  const auto within = [point](std::uint32_t first, std::uint32_t last) {
    return point >= first && point <= last;
  };
  if (within('A', 'Z') || (within(0xC0, 0xDE) && point != 0xD7) || within(0x391, 0x3A9) ||
      within(0x410, 0x42F)) {
    return point + 32;
  }
  return within(0x400, 0x40F) ? point + 80 : point;
}

// RFC 3492 6.1 and 6.3 with the constants of section 5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kTMin = 1;
constexpr std::uint32_t kTMax = 26;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t count, bool is_first) {
  delta = is_first ? delta / 700 : delta / 2;
  delta += delta / count;
  std::uint32_t k = 0;
  for (; delta > (kBase - kTMin) * kTMax / 2; k += kBase) delta /= kBase - kTMin;
  return k + (kBase - kTMin + 1) * delta / (delta + 38);
}

char digit(std::uint32_t value) { return static_cast<char>(value < 26 ? 'a' + value : value + 22); }

void append_delta(std::string& out, std::uint32_t delta, std::uint32_t bias) {
  for (std::uint32_t k = kBase;; k += kBase) {
    const std::uint32_t t = k <= bias ? kTMin : k >= bias + kTMax ? kTMax : k - bias;
    if (delta < t) break;
    out += digit(t + (delta - t) % (kBase - t));
    delta = (delta - t) / (kBase - t);
  }
  out += digit(delta);
}

// A label has at most 63 code points here, so that nothing overflows.
std::string punycode(const std::vector<std::uint32_t>& points) {
  std::string out;
  for (const std::uint32_t point : points) {
    if (point < 0x80) out += static_cast<char>(point);
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) out += '-';
  std::uint32_t n = 0x80;
  std::uint32_t delta = 0;
  std::uint32_t bias = 72;
  for (std::uint32_t done = basic; done < points.size();) {
    std::uint32_t next = 0x110000;
    for (const std::uint32_t point : points) {
      if (point >= n) next = std::min(next, point);
    }
    delta += (next - n) * (done + 1);
    n = next;
    for (const std::uint32_t point : points) {
      if (point < n) ++delta;
      if (point != n) continue;
      append_delta(out, delta, bias);
      bias = adapt(delta, done + 1, done == basic);
      delta = 0;
      ++done;
    }
    ++delta;
    ++n;
  }
  return out;
}

std::optional<std::string> to_a_label(std::string_view label) {
  if (is_ascii(label)) return std::string(label);
  if (!is_valid_utf8(label)) return std::nullopt;
  std::vector<std::uint32_t> points;
  while (!label.empty()) points.push_back(fold(take_character(label)));
  if (points.size() >= kMaxLabel) return std::nullopt;
  return "xn--" + punycode(points);
}

}  // namespace

std::optional<std::string> to_a_labels(std::string_view name) {
  if (is_ascii(name)) return std::string(name);
  if (name.size() > 4 * kMaxName) return std::nullopt;
  std::string out;
  for (const std::string_view label : split(name, '.')) {
    const std::optional<std::string> ascii = to_a_label(label);
    if (!ascii) return std::nullopt;
    out += *ascii + '.';
  }
  out.pop_back();
  return out;
}

}  // namespace unsent
