// SPDX-License-Identifier: MIT
// Lines of fields in the files that a run leaves for the next one.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

// A line of fields, which may have any byte. It ends in a mark: decode_fields gives nothing
// for a line that was cut short.
std::string encode_fields(std::span<const std::string_view> fields);
inline std::string encode_fields(std::initializer_list<std::string_view> fields) {
  return encode_fields(std::span(fields.begin(), fields.size()));
}
std::vector<std::string> decode_fields(std::string_view line);
std::uint64_t to_number(std::string_view text);  // 0 if it is none

}  // namespace unsent
