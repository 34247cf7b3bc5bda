// SPDX-License-Identifier: MIT
// The mbox reader, its source in bites of two sizes: the pieces must tile the input, begin
// with From_ lines, and be the same whatever the bites. A mail alphabet, one byte a word,
// makes From_ lines, headers and boundaries likely.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "mailbox/from_line.h"
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

constexpr std::string_view kWords[] = {
    "From alice@ourshop.example Mon Nov 23 10:00:00 2026\n",
    "From bob@remote.example\n",
    "From here on\n",
    ">From alice Mon Nov 23 10:00:00 2026\n",
    "From -\r",
    "\n",
    "\r\n",
    "\r",
    "A: b\n",
    "Content-Type: multipart/report;\n\tboundary=\"b1\"\n",
    "content-type: multipart/mixed; boundary=b12\r\n",
    "Content-Type: message/rfc822\n",
    "--b1\n",
    "--b1--\n",
    "--b12--\n",
    "Content-Length: 1",
    "Content-Length: 60\n",
    "\xEF\xBB\xBF",
    "+OK 3 messages\r\n",
    "text\n",
};

// Some bytes are words, one is text without end, so that the buffer must let go of some; all
// else stands for itself.
std::string spelled(std::string_view data) {
  constexpr unsigned kEndless = 255;
  int endless = 4;
  std::string text;
  for (const char c : data) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 128 && byte - 128U < std::size(kWords))
      text += kWords[byte - 128U];
    else if (byte == kEndless && endless-- > 0)
      text.append(std::size_t{300} << 10U, 'x').append("\n\n");
    else
      text += c;
  }
  return text;
}

struct Piece {
  std::uint64_t offset;
  std::uint64_t size;
};

std::vector<Piece> split(std::string_view text, std::size_t bite, std::size_t kept) {
  Bites source(text, bite);
  unsent::MboxReader reader(kept);
  reader.start(source);
  std::vector<Piece> pieces;
  for (;;) {
    const auto piece = reader.next();
    expect(piece.has_value());
    if (!*piece) return pieces;
    const auto at = static_cast<std::size_t>((*piece)->offset);
    const auto size = static_cast<std::size_t>((*piece)->size);
    expect((*piece)->bytes == text.substr(at, std::min(size, kept)));
    pieces.push_back({at, size});
  }
}

void expect_begin(std::string_view text, const std::vector<Piece>& pieces) {
  const std::size_t begin = unsent::find_mbox_begin(text.substr(0, 4096));
  const std::size_t from = begin == text.npos ? 0 : begin;
  expect(pieces.front().offset == std::min(text.find_first_not_of("\r\n", from), text.size()));
}

void expect_doubt(std::string_view piece) {
  const std::size_t at = unsent::find_doubtful(piece);
  if (at == piece.npos) return;
  expect(piece.substr(at, 5) == "From " && at > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  // The first byte chooses the bite and how much of a message is kept.
  const std::string text = spelled({reinterpret_cast<const char*>(data) + 1, size - 1});
  const std::size_t kept = data[0] < 128 ? 100 : 1000000;
  const auto pieces = split(text, (data[0] & 15U) == 0 ? 65536 : data[0] & 15U, kept);
  std::uint64_t at = pieces.empty() ? text.size() : pieces.front().offset;
  for (const Piece& piece : pieces) {
    expect(piece.offset == at && piece.size > 0);
    at += piece.size;
    expect_doubt(std::string_view(text).substr(static_cast<std::size_t>(piece.offset),
                                               static_cast<std::size_t>(piece.size)));
    if (at < text.size()) expect(text.compare(static_cast<std::size_t>(at), 5, "From ") == 0);
  }
  expect(at == text.size());
  if (!pieces.empty()) expect_begin(text, pieces);
  const auto again = split(text, 1U << 20U, kept);
  expect(std::equal(
      pieces.begin(), pieces.end(), again.begin(), again.end(),
      [](const Piece& a, const Piece& b) { return a.offset == b.offset && a.size == b.size; }));
  return 0;
}
