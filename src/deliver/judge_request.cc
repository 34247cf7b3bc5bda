// SPDX-License-Identifier: MIT
#include "deliver/judge_request.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "base/number.h"
#include "base/text.h"
#include "mailbox/mailbox.h"

namespace unsent {
namespace {

constexpr std::size_t kMostHead = 100;
constexpr std::int64_t kMostText = 1000;

// "" of what is not known.
std::optional<std::string> read_text(RequestInput& input, std::int64_t size) {
  return size < 0 ? std::string() : input.bytes(static_cast<std::size_t>(size));
}

}  // namespace

std::optional<std::string> RequestInput::line() {
  for (;;) {
    const std::size_t end = buffer_.find('\n', begin_);
    if (end != buffer_.npos) {
      std::string line = buffer_.substr(begin_, end - begin_);
      begin_ = end + 1;
      return line;
    }
    if (buffer_.size() - begin_ > kMostHead || !fill()) return std::nullopt;
  }
}

std::optional<std::string> RequestInput::bytes(std::size_t size) {
  while (buffer_.size() - begin_ < size)
    if (!fill()) return std::nullopt;
  std::string bytes = buffer_.substr(begin_, size);
  begin_ += size;
  return bytes;
}

bool RequestInput::fill() {
  char piece[65536];
  const ssize_t count = ::read(file_, piece, sizeof piece);
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  buffer_.erase(0, std::exchange(begin_, 0));
  buffer_.append(piece, static_cast<std::size_t>(count));
  return true;
}

std::optional<JudgeRequest> read_judge_request(RequestInput& input) {
  const auto head = input.line();
  if (!head) return std::nullopt;
  const auto words = split(*head, ' ');
  if (words.size() != 4 || words[0] != "judge") return std::nullopt;
  const auto size = whole_number<std::int64_t>(words[1]);
  const auto sender_size = whole_number<std::int64_t>(words[2]);
  const auto recipient_size = whole_number<std::int64_t>(words[3]);
  if (!size || *size < 0 || *size > static_cast<std::int64_t>(kMaxSeen) || !sender_size ||
      !recipient_size || *sender_size > kMostText || *recipient_size > kMostText)
    return std::nullopt;
  const auto sender = read_text(input, *sender_size);
  const auto recipient = read_text(input, *recipient_size);
  auto bytes = input.bytes(static_cast<std::size_t>(*size));
  if (!sender || !recipient || !bytes) return std::nullopt;
  JudgeRequest request;
  request.bytes = std::move(*bytes);
  EnvelopeOptions envelope;
  if (*sender_size >= 0) envelope.sender = *sender;
  envelope.recipient = Address::parse(*recipient);
  request.envelope = read_envelope(envelope, [](const char*) -> const char* { return nullptr; });
  return request;
}

}  // namespace unsent
