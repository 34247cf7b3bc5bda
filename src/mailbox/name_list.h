// SPDX-License-Identifier: MIT
// Many file names in little more memory than their bytes take.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unsent {

class NameList {
 public:
  // Of at most 64 kB.
  void add(std::string_view name);
  void clear();  // and gives the memory back

  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  // As long as the list is not changed; sorting leaves it valid.
  std::string_view operator[](std::size_t i) const { return at(places_[i]); }

  // before(std::string_view, std::string_view), as std::sort has it.
  template <class Before>
  void sort(Before before) {
    std::sort(places_.begin(), places_.end(),
              [&](std::uint64_t a, std::uint64_t b) { return before(at(a), at(b)); });
  }
  template <class Condition>
  void erase_if(Condition condition) {
    std::erase_if(places_, [&](std::uint64_t place) { return condition(at(place)); });
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 17U;
  std::string_view at(std::uint64_t place) const {
    const char* const bytes = blocks_[place / kBlock].data() + place % kBlock;
    const auto high = static_cast<unsigned char>(bytes[0]);
    const auto low = static_cast<unsigned char>(bytes[1]);
    return {bytes + 2, std::size_t{high} << 8U | low};
  }

  // Names, each behind its length in two bytes, in one block. Their bytes never move.
  std::vector<std::string> blocks_;
  std::vector<std::uint64_t> places_;  // block and offset
};

}  // namespace unsent
