// SPDX-License-Identifier: MIT
// Texts that the build writes into the program, one behind the other and equal ones once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace unsent {

class PackedTexts {
 public:
  // Adds a text; gives the initializer of its BuiltInText.
  std::string add(std::string_view text);
  // The initializer of the array of char that holds them all.
  std::string literal() const;

 private:
  std::string all_;
  std::unordered_map<std::string, std::string> known_;
};

}  // namespace unsent
