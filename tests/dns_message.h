// SPDX-License-Identifier: MIT
// DNS messages for tests, right ones and wrong ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"

namespace unsent {

inline std::string u16(unsigned value) {
  return {static_cast<char>(value >> 8U & 0xFFU), static_cast<char>(value & 0xFFU)};
}
inline std::string u32(unsigned value) { return u16(value >> 16U) + u16(value & 0xFFFFU); }

inline std::string wire_name(std::string_view name) {
  std::string out;
  if (!name.empty()) {
    for (const std::string_view label : split(name, '.')) {
      out += static_cast<char>(label.size());
      out += label;
    }
  }
  return out + '\0';
}

inline std::string wire_question(std::string_view name, unsigned type) {
  return wire_name(name) + u16(type) + u16(1);
}

inline std::string wire_record(std::string_view owner, unsigned type, std::string_view data,
                               unsigned ttl = 300) {
  return wire_name(owner) + u16(type) + u16(1) + u32(ttl) +
         u16(static_cast<unsigned>(data.size())) + std::string(data);
}

inline std::string wire_header(unsigned flags, unsigned answers, unsigned authorities = 0,
                               unsigned questions = 1, unsigned id = 0) {
  return u16(id) + u16(flags) + u16(questions) + u16(answers) + u16(authorities) + u16(0);
}

constexpr unsigned kResponse = 0x8180;
constexpr unsigned kTruncated = 0x8380;
constexpr unsigned kServfail = 0x8182;
constexpr unsigned kNxdomain = 0x8183;
constexpr unsigned kRefused = 0x8185;

}  // namespace unsent
