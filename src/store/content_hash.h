// SPDX-License-Identifier: MIT
// BLAKE2b over bytes that come in pieces: is a file still the one that we wrote?
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace unsent {

class ContentHash {
 public:
  ContentHash();
  ContentHash(ContentHash&&) noexcept;
  ContentHash& operator=(ContentHash&&) noexcept;
  ~ContentHash();

  void add(std::string_view bytes);
  // 32 hexadecimal digits of what was added up to now.
  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace unsent
