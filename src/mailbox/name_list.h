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
  // A name holds no NUL.
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
  static constexpr std::size_t kBlock = std::size_t{1} << 16U;
  std::string_view at(std::uint64_t place) const {
    return blocks_[place / kBlock].c_str() + place % kBlock;
  }

  // Names with a NUL behind each. A name lies in one block, whose bytes never move.
  std::vector<std::string> blocks_;
  std::vector<std::uint64_t> places_;  // block and offset
};

}  // namespace unsent
