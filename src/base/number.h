// SPDX-License-Identifier: MIT
// Decimal numbers as they stand in texts: no sign but a minus, no blanks, no locale.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace unsent {

// nullopt if it is anything else, or does not fit.
template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

// What text begins with; 0 if that is no number, or does not fit.
template <typename Number>
Number leading_number(std::string_view text) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace unsent
