// SPDX-License-Identifier: MIT
// Writes winmail.dat (MS-OXTNEF) for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unsent::tnef_bytes {

inline std::string number(std::size_t value, std::size_t bytes) {
  std::string out;
  for (; bytes > 0; --bytes, value >>= 8U) out += static_cast<char>(value & 0xFFU);
  return out;
}

inline std::string zero() { return std::string(1, '\0'); }

inline std::string attribute(std::size_t id, const std::string& data) {
  return "\x01" + number(id, 4) + number(data.size(), 4) + data + number(0, 2);
}

inline std::string stream(const std::string& attributes) {
  return number(0x223E9F78, 4) + number(1, 2) + attribute(0x00089006, number(0x10000, 4)) +
         attributes;
}

inline std::string padded(std::string data) {
  data.resize((data.size() + 3) / 4 * 4);
  return data;
}

inline std::string sized(const std::string& data) { return number(data.size(), 4) + padded(data); }

inline std::string head(std::size_t type, std::size_t id) {
  return number(type, 2) + number(id, 2);
}

inline std::string text(std::size_t id, const std::string& value) {
  return head(0x001E, id) + number(1, 4) + sized(value + zero());
}

inline std::string unicode(std::size_t id, std::string_view ascii) {
  std::string units;
  for (const char c : ascii) units += std::string{c, '\0'};
  return head(0x001F, id) + number(1, 4) + sized(units + zero() + zero());
}

inline std::string number_of(std::size_t id, std::size_t value) {
  return head(0x0003, id) + number(value, 4);
}

// An embedded message, behind the sixteen bytes of its interface.
inline std::string object(std::size_t id, const std::string& data) {
  return head(0x000D, id) + number(1, 4) + sized(std::string(16, '\7') + data);
}

inline std::string named(std::string_view name, const std::string& value) {
  std::string units;
  for (const char c : name) units += std::string{c, '\0'};
  return head(0x001E, 0x8001) + std::string(16, '\1') + number(1, 4) + sized(units) + number(1, 4) +
         sized(value + zero());
}

inline std::string multiple(std::size_t id, const std::vector<std::string>& values) {
  std::string out = head(0x101E, id) + number(values.size(), 4);
  for (const std::string& value : values) out += sized(value);
  return out;
}

inline std::string properties(const std::vector<std::string>& list) {
  std::string out = number(list.size(), 4);
  for (const std::string& one : list) out += one;
  return out;
}

}  // namespace unsent::tnef_bytes
