// SPDX-License-Identifier: MIT
// The mbox reader, its source in bites of every size: the pieces must tile the input.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "mailbox/mbox_reader.h"

namespace {

class Bites : public unsent::ByteSource {
 public:
  Bites(std::string_view text, std::size_t bite) : text_(text), bite_(bite) {}
  unsent::Result<std::size_t> read(char* to, std::size_t size) override {
    const std::size_t count = std::min({size, bite_, text_.size() - at_});
    text_.copy(to, count, at_);
    at_ += count;
    return count;
  }
  std::optional<std::string> peek(std::uint64_t offset, std::size_t size) override {
    if (offset > text_.size()) return std::nullopt;
    return std::string(text_.substr(static_cast<std::size_t>(offset), size));
  }

 private:
  std::string_view text_;
  std::size_t bite_;
  std::size_t at_ = 0;
};

void expect(bool is_so) {
  if (!is_so) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte chooses the bite and how much of a message is kept.
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Bites source(text, (data[0] & 15U) == 0 ? 65536 : data[0] & 15U);
  const std::size_t kept = data[0] < 128 ? 100 : 1000000;
  unsent::MboxReader reader(kept);
  reader.start(source);
  std::size_t at = std::min(text.find_first_not_of("\r\n"), text.size());
  for (;;) {
    const auto piece = reader.next();
    expect(piece.has_value());
    if (!*piece) break;
    expect((*piece)->offset == at && (*piece)->size > 0);
    expect((*piece)->bytes == text.substr(at, std::min<std::size_t>((*piece)->size, kept)));
    at += static_cast<std::size_t>((*piece)->size);
  }
  expect(at == text.size());
  return 0;
}
