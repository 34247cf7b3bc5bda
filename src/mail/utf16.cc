// SPDX-License-Identifier: MIT
#include "mail/utf16.h"

#include "base/utf8.h"

namespace unsent {
namespace {

enum class ByteOrder { little, big };

// Units of two bytes.
class Units {
 public:
  Units(std::string_view bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  bool at_end() const { return bytes_.size() < 2; }
  unsigned peek() const {
    const auto byte = [&](std::size_t i) {
      return unsigned{static_cast<unsigned char>(bytes_[i])};
    };
    return order_ == ByteOrder::little ? byte(0) | byte(1) << 8U : byte(1) | byte(0) << 8U;
  }
  unsigned next() {
    const unsigned unit = peek();
    bytes_.remove_prefix(2);
    return unit;
  }

 private:
  std::string_view bytes_;
  ByteOrder order_;
};

bool is_high(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

unsigned next_code(Units& units) {
  constexpr unsigned kReplacement = 0xFFFD;
  const unsigned unit = units.next();
  if (is_low(unit)) return kReplacement;
  if (!is_high(unit)) return unit;
  if (units.at_end() || !is_low(units.peek())) return kReplacement;
  return 0x10000U + ((unit - 0xD800U) << 10U) + (units.next() - 0xDC00U);
}

std::optional<ByteOrder> order_of(std::string_view bytes) {
  if (bytes.size() < 4) return std::nullopt;
  if (bytes.substr(0, 2) == "\xFF\xFE") return ByteOrder::little;
  if (bytes.substr(0, 2) == "\xFE\xFF") return ByteOrder::big;
  const auto is_zero = [&](std::size_t i) { return bytes[i] == '\0'; };
  const auto is_text = [&](std::size_t i) { return bytes[i] > ' ' && bytes[i] < 0x7F; };
  if (is_text(0) && is_zero(1) && is_text(2) && is_zero(3)) return ByteOrder::little;
  if (is_zero(0) && is_text(1) && is_zero(2) && is_text(3)) return ByteOrder::big;
  return std::nullopt;
}

std::string decode(Units units) {
  std::string out;
  while (!units.at_end()) append_utf8(out, next_code(units));
  return out;
}

}  // namespace

std::optional<std::string> utf8_of_utf16(std::string_view bytes) {
  const auto order = order_of(bytes);
  if (!order) return std::nullopt;
  Units units(bytes.substr(0, kMaxUtf16), *order);
  if (units.peek() == 0xFEFF) units.next();
  return decode(units);
}

std::string utf8_of_units(std::string_view bytes) {
  return decode(Units(bytes.substr(0, kMaxUtf16), ByteOrder::little));
}

}  // namespace unsent
