// SPDX-License-Identifier: MIT
// A password or token. Its bytes are wiped when it goes, and nothing prints it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace unsent {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) { add(text); }
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  // What it had before is wiped where it has to move.
  void add(std::string_view text);
  // Takes away white space at its end: commands print a line.
  void trim_end();
  void wipe();
  Secret copy() const { return Secret(view()); }

  bool empty() const { return size_ == 0; }
  // As long as it is not changed.
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

// Standard base64, with padding.
Secret encode_base64_secret(std::string_view bytes);

}  // namespace unsent
