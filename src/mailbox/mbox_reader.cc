// SPDX-License-Identifier: MIT
#include "mailbox/mbox_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "mail/lines.h"
#include "mailbox/find_from.h"
#include "mailbox/from_line.h"

namespace unsent {
namespace {

constexpr std::size_t kRead = std::size_t{256} << 10U;  // a read at a time: stays in the cache
constexpr std::size_t kCapacity = 4 * kRead;
constexpr std::size_t kHead = 4096;
constexpr std::size_t kLookahead = 1200;  // a From_ line and the name of the field behind it
constexpr std::size_t kLookback = 4;      // an empty line before it
constexpr std::size_t kMaxHeader = std::size_t{64} << 10U;

bool is_all_line_ends(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_line_end);
}

// The value of a Content-Length line; nullopt if it is another line or no number.
std::optional<std::uint64_t> content_length_of(std::string_view line) {
  constexpr std::string_view kName = "Content-Length:";
  if (!starts_with_ignoring_case(line, kName)) return std::nullopt;
  const std::string_view digits = trim(line.substr(kName.size()));
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value > (1ULL << 60U))
    return std::nullopt;
  return value;
}

}  // namespace

MboxReader::MboxReader(std::size_t max_message)
    : max_message_(max_message), capacity_(kCapacity), buffer_(new char[kCapacity]) {}

void MboxReader::start(ByteSource& source, std::uint64_t offset) {
  source_ = &source;
  filled_ = start_ = scan_ = 0;
  base_ = offset;
  dropped_ = 0;
  is_at_end_ = is_started_ = false;
  terminator_ = '\n';
}

// Room for a read: what was given out goes, then the buffer grows, then the middle of a
// message that is too large goes.
void MboxReader::make_room() {
  if (capacity_ - filled_ >= kRead) return;
  if (start_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + start_, filled_ - start_);
    base_ += start_;
    filled_ -= start_;
    start_ = 0;
  }
  if (capacity_ - filled_ >= kRead) return;
  const std::size_t keep_from = scan_ > kLookback ? scan_ - kLookback : 0;
  if (keep_from > max_message_) {
    std::memmove(buffer_.get() + max_message_, buffer_.get() + keep_from, filled_ - keep_from);
    dropped_ += keep_from - max_message_;
    filled_ -= keep_from - max_message_;
    scan_ -= keep_from - max_message_;
  }
  if (capacity_ - filled_ >= kRead) return;
  std::unique_ptr<char[]> larger(new char[capacity_ * 2]);
  std::memcpy(larger.get(), buffer_.get(), filled_);
  buffer_ = std::move(larger);
  capacity_ *= 2;
}

// False at the end of the source.
Result<bool> MboxReader::fill() {
  if (is_at_end_) return false;
  make_room();
  const auto count = source_->read(buffer_.get() + filled_, std::min(kRead, capacity_ - filled_));
  if (!count) return count.failure();
  filled_ += *count;
  is_at_end_ = *count == 0;
  return !is_at_end_;
}

Result<std::string_view> MboxReader::head() {
  while (filled_ < kHead) {
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) break;
  }
  return view(0, std::min(filled_, kHead));
}

Result<MboxReader::Piece> MboxReader::whole() {
  scan_ = 0;
  while (filled_ < max_message_) {
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) break;
  }
  return Piece{0, filled_, view(0, std::min(filled_, max_message_))};
}

Result<void> MboxReader::skip_empty_lines() {
  for (;;) {
    while (start_ < filled_ && is_line_end(buffer_[start_])) ++start_;
    if (start_ < filled_) break;
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) break;
  }
  terminator_ = line_ending(view(start_, filled_)) == "\r" ? '\r' : '\n';
  return {};
}

Result<std::optional<MboxReader::Piece>> MboxReader::next() {
  if (!is_started_) {
    const auto first = head();
    if (!first) return first.failure();
    const auto skipped = skip_empty_lines();
    if (!skipped) return skipped.failure();
    is_started_ = true;
  }
  scan_ = 0;
  const auto end = find_end();
  if (!end) return end.failure();
  if (*end == start_) return std::optional<Piece>();
  Piece piece;
  piece.offset = base_ + start_;
  piece.size = offset_of(*end) - piece.offset;
  const std::size_t kept = std::min(*end - start_, max_message_);
  piece.bytes = view(start_, start_ + kept);
  start_ = *end;
  base_ += dropped_;
  dropped_ = 0;
  return std::optional<Piece>(piece);
}

// Where in the buffer the message that begins at start_ ends.
Result<std::size_t> MboxReader::find_end() {
  const auto by_length = end_by_length();
  if (!by_length) return by_length.failure();
  if (*by_length) return skip_to(**by_length);
  for (;;) {
    const std::size_t found = find_from(view(start_ + scan_, filled_), terminator_);
    if (found != std::string_view::npos) {
      scan_ += found;
      const auto is_end = is_message_at_scan();
      if (!is_end) return is_end.failure();
      if (*is_end) return start_ + scan_ + 1;
      ++scan_;
      continue;
    }
    scan_ = std::max(scan_, filled_ - start_ - std::min(filled_ - start_, kFromLength - 1));
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) return filled_;
  }
}

// scan_ is at the line end before "From ".
Result<bool> MboxReader::is_message_at_scan() {
  while (filled_ - start_ - scan_ < kLookahead) {
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) break;
  }
  // A second From_ line directly behind the first is part of the same message.
  if (buffer_[start_] == 'F' &&
      view(start_, start_ + scan_).find(terminator_) == std::string_view::npos)
    return false;
  const std::size_t at = start_ + scan_ + 1;
  const auto text = view(at, std::min(at + kLookahead, filled_));
  return begins_message(text, is_scan_after_empty_line(), terminator_);
}

bool MboxReader::is_scan_after_empty_line() const {
  std::size_t at = start_ + scan_;
  while (at > start_ && terminator_ == '\n' && buffer_[at - 1] == '\r') --at;
  return at > start_ && buffer_[at - 1] == terminator_;
}

// mboxcl, mboxcl2: Content-Length is believed only where a message, or nothing, begins
// exactly there.
Result<std::optional<std::uint64_t>> MboxReader::end_by_length() {
  const auto target = content_length_end();
  if (!target) return target.failure();
  if (!*target) return std::optional<std::uint64_t>();
  return fitting_end(**target);
}

// The offset at which the body ends, if the header has a Content-Length.
Result<std::optional<std::uint64_t>> MboxReader::content_length_end() {
  std::optional<std::uint64_t> length;
  std::size_t line = 0;
  while (line < kMaxHeader) {
    const std::string_view text = view(start_ + line, filled_);
    const std::size_t end = text.find(terminator_);
    if (end == std::string_view::npos) {
      const auto more = fill();
      if (!more) return more.failure();
      if (!*more || text.size() > kMaxHeader) return std::optional<std::uint64_t>();
      continue;
    }
    if (end == 0 || (end == 1 && text[0] == '\r')) {
      if (!length) return std::optional<std::uint64_t>();
      return std::optional<std::uint64_t>(offset_of(start_ + line + end + 1) + *length);
    }
    if ((text[0] == 'C' || text[0] == 'c') && !length)
      length = content_length_of(text.substr(0, end));
    line += end + 1;
  }
  return std::optional<std::uint64_t>();
}

std::optional<std::uint64_t> MboxReader::fitting_end(std::uint64_t target) {
  if (target == 0) return std::nullopt;
  std::optional<std::string> text;  // from the byte before the target
  const std::uint64_t filled_to = offset_of(filled_);
  if (target - 1 + kLookahead <= filled_to || (is_at_end_ && target <= filled_to)) {
    const auto at = static_cast<std::size_t>(target - 1 - base_ - dropped_);
    text = std::string(view(at, std::min(at + kLookahead, filled_)));
  } else {
    text = source_->peek(target - 1, kLookahead);
  }
  if (!text || text->empty()) return std::nullopt;
  const std::string_view behind = std::string_view(*text).substr(1);
  if (is_all_line_ends(behind) && behind.size() <= kLookback) return target + behind.size();
  std::size_t gap = 0;
  while (gap < 4 && gap < behind.size() && is_line_end(behind[gap])) ++gap;
  const bool is_at_line = gap > 0 || is_line_end(text->front());
  if (!is_at_line || !begins_message(behind.substr(gap), true, terminator_)) return std::nullopt;
  return target + gap;
}

// Reads on, without looking, until offset is in the buffer (or the source ended early).
Result<std::size_t> MboxReader::skip_to(std::uint64_t offset) {
  while (offset_of(filled_) < offset) {
    scan_ = filled_ - start_;
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) return filled_;
  }
  return static_cast<std::size_t>(offset - base_ - dropped_);
}

}  // namespace unsent
