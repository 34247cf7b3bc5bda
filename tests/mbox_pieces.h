// SPDX-License-Identifier: MIT
// An mbox as a test's string, and the pieces that it is split into.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mailbox/mbox_reader.h"

namespace unsent {

// Hands its text out in bites of a given size.
class TextSource : public ByteSource {
 public:
  TextSource(std::string_view text, std::size_t bite) : text_(text), bite_(bite) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t count = std::min({size, bite_, text_.size() - at_});
    text_.copy(to, count, at_);
    at_ += count;
    return count;
  }
  std::optional<std::string> peek(std::uint64_t offset, std::size_t size) override {
    if (offset > text_.size()) return std::string();
    return std::string(text_.substr(static_cast<std::size_t>(offset), size));
  }

 private:
  std::string_view text_;
  std::size_t bite_;
  std::size_t at_ = 0;
};

struct Found {
  std::uint64_t offset;
  std::uint64_t size;
  std::string bytes;
};

inline std::vector<Found> split(std::string_view text, std::size_t bite = 1 << 20,
                                std::size_t max_message = 1 << 24) {
  TextSource source(text, bite);
  MboxReader reader(max_message);
  reader.start(source);
  std::vector<Found> found;
  for (;;) {
    auto piece = reader.next();
    REQUIRE(piece);
    if (!*piece) return found;
    found.push_back({(*piece)->offset, (*piece)->size, std::string((*piece)->bytes)});
  }
}

}  // namespace unsent
