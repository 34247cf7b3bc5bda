// SPDX-License-Identifier: MIT
#include "mailbox/mbox_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/text.h"
#include "mail/lines.h"
#include "mailbox/find_from.h"
#include "mailbox/from_line.h"
#include "mailbox/mime_end.h"

namespace unsent {
namespace {

constexpr std::size_t kRead = std::size_t{256} << 10U;  // a read at a time: stays in the cache
constexpr std::size_t kCapacity = 4 * kRead;
constexpr std::size_t kHead = 4096;
constexpr std::size_t kLookahead = 1200;  // a From_ line and the name of the field behind it
constexpr std::size_t kLookback = 8192;   // an empty line before it, the end of a multipart
constexpr std::size_t kMaxHeader = std::size_t{64} << 10U;
constexpr std::size_t kMostEnds = 4;    // line ends between a Content-Length and a From_ line
constexpr std::size_t kNearEnd = 4096;  // where a multipart is mostly closed
// How far the end of an open multipart is looked for: at first, over a mailbox of nothing
// but cut multiparts, and at least.
constexpr std::size_t kMostAhead = std::size_t{8} << 20U;
constexpr std::size_t kAllAhead = 8 * kMostAhead;
constexpr std::size_t kLeastAhead = 4096;

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
  look_ahead_ = kAllAhead;
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
    not_closed_to_ = scan_;
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

// Until so much of it is in the buffer, or the source ends.
Result<void> MboxReader::fill_to(std::size_t end) {
  while (filled_ - start_ < end) {
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) break;
  }
  return {};
}

Result<std::string_view> MboxReader::head() {
  if (auto filled = fill_to(kHead); !filled) return filled.failure();
  return view(0, std::min(filled_, kHead));
}

Result<MboxReader::Piece> MboxReader::whole() {
  scan_ = 0;
  if (auto filled = fill_to(max_message_); !filled) return filled.failure();
  return Piece{0, filled_, view(0, std::min(filled_, max_message_))};
}

// To the first message: at its From_ line, or behind empty lines.
Result<void> MboxReader::begin() {
  const auto first = head();
  if (!first) return first.failure();
  const std::size_t found = find_mbox_begin(*first);
  start_ = found == first->npos ? 0 : found;
  for (;;) {
    while (start_ < filled_ && is_line_end(buffer_[start_])) ++start_;
    if (start_ < filled_) break;
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) break;
  }
  if (auto filled = fill_to(kHead); !filled) return filled;
  terminator_ = line_ending(view(start_, std::min(filled_, start_ + kHead))) == "\r" ? '\r' : '\n';
  is_started_ = true;
  return {};
}

Result<std::optional<MboxReader::Piece>> MboxReader::next() {
  if (!is_started_)
    if (auto begun = begin(); !begun) return begun.failure();
  scan_ = not_closed_to_ = 0;
  known_open_to_ = 0;
  end_by_length_.reset();
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
  look_ahead_ += std::min<std::uint64_t>(piece.size, kAllAhead - look_ahead_);
  return std::optional<Piece>(piece);
}

// The line of the header at that place, with its end; nullopt where none ends there.
Result<std::optional<std::string_view>> MboxReader::header_line(std::size_t at) {
  for (;;) {
    const std::string_view text = view(start_ + at, filled_);
    const std::size_t end = text.find(terminator_);
    if (end != text.npos) return std::optional(text.substr(0, end + 1));
    if (text.size() > kMaxHeader) return std::optional<std::string_view>();
    const auto more = fill();
    if (!more) return more.failure();
    if (!*more) return std::optional<std::string_view>();
  }
}

// A field of the current message, from start_ on, if it is one of the two.
void MboxReader::read_field(std::size_t begin, std::size_t end) {
  const std::string_view field = view(start_ + begin, start_ + end);
  if (!header_.length) header_.length = content_length_of(field);
  if (header_.boundary.empty()) header_.boundary = stated_boundary(field);
}

Result<void> MboxReader::read_header() {
  header_.body = 0;
  header_.length.reset();
  header_.boundary.clear();
  std::size_t field = 0;
  bool is_of_content = false;  // the field that begins there
  for (std::size_t at = 0; at < kMaxHeader;) {
    const auto line = header_line(at);
    if (!line) return line.failure();
    if (!*line) return {};
    const char first = (**line)[0];
    if (!is_blank(first)) {
      if (is_of_content) read_field(field, at);
      field = at;
      is_of_content = first == 'C' || first == 'c';
    }
    at += (*line)->size();
    if (is_all_line_ends(**line)) {
      header_.body = at;
      return {};
    }
  }
  return {};
}

// Where in the buffer the message that begins at start_ ends.
Result<std::size_t> MboxReader::find_end() {
  if (auto read = read_header(); !read) return read.failure();
  for (;;) {
    const std::size_t found = find_line_from();
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

// Behind lines that end in CR one may come that ends in LF.
std::size_t MboxReader::find_line_from() const {
  const std::string_view text = view(start_ + scan_, filled_);
  const std::size_t found = find_from(text, terminator_);
  if (terminator_ == '\n') return found;
  const std::size_t end = found == text.npos ? text.size() : found + kFromLength;
  return std::min(found, find_from(text.substr(0, end), '\n'));
}

// scan_ is at the line end before "From ".
Result<bool> MboxReader::is_message_at_scan() {
  if (auto filled = fill_to(scan_ + kLookahead); !filled) return filled.failure();
  const char terminator = buffer_[start_ + scan_];
  // A second From_ line directly behind the first is part of the same message.
  if (buffer_[start_] == 'F' && !is_first_line_over(terminator)) return false;
  const std::size_t at = start_ + scan_ + 1;
  const auto text = view(at, std::min(at + kLookahead, filled_));
  if (header_.length && end_by_length() == offset_of(at))
    return begins_message(text, After::stated_end);
  const After before = is_scan_after_empty_line() ? After::empty_line : After::text;
  if (!begins_message(text, before)) return false;
  if (scan_ + 1 < header_.body)
    return true;  // a header that was cut: the other says nothing of this
  const std::uint64_t offset = offset_of(at);
  if (!header_.boundary.empty()) {
    if (is_multipart_closed()) return true;
    const auto is_inside = is_multipart_closed_ahead();
    if (!is_inside) return is_inside.failure();
    if (*is_inside) return false;
  }
  return !header_.length || end_by_length() < offset;
}

// Of one message it is asked at each From_ line, however long the first was.
bool MboxReader::is_first_line_over(char terminator) {
  if (over_in_ == offset_of(start_)) return true;
  if (view(start_, start_ + scan_).find(terminator) == std::string::npos) return false;
  over_in_ = offset_of(start_);
  return true;
}

bool MboxReader::is_scan_after_empty_line() const {
  const char terminator = buffer_[start_ + scan_];
  std::size_t at = start_ + scan_;
  while (at > start_ && terminator == '\n' && buffer_[at - 1] == '\r') --at;
  return at > start_ && buffer_[at - 1] == terminator;
}

// Of a message that is too large only the end is looked at: what lies before that may be gone.
bool MboxReader::is_multipart_closed() {
  const std::size_t near = std::max(header_.body, scan_ - std::min(scan_, kNearEnd));
  if (has_close(view(start_ + near, start_ + scan_ + 1), header_.boundary)) return true;
  if (dropped_ + scan_ > max_message_) return false;
  const std::size_t from = std::max(header_.body, not_closed_to_);
  if (from < near && has_close(view(start_ + from, start_ + scan_ + 1), header_.boundary))
    return true;
  not_closed_to_ = near;
  return false;
}

// Whether the multipart goes on behind scan_: bounded, since its end may be missing.
Result<bool> MboxReader::is_multipart_closed_ahead() {
  if (known_open_to_ > offset_of(start_ + scan_)) return true;
  const std::size_t most = std::max(kLeastAhead, std::min(kMostAhead, look_ahead_));
  std::size_t looked = 0;
  for (;;) {
    const std::size_t from = start_ + scan_;
    const std::string_view text = view(from, std::min(from + most, filled_));
    const std::size_t again = std::min(looked, header_.boundary.size() + 4);
    const auto found = find_boundary(text, header_.boundary, looked - again);
    looked = text.size();
    const bool is_decided = found.use != BoundaryUse::none && found.end + 4 < text.size();
    if (found.use == BoundaryUse::stated || is_decided || looked == most || is_at_end_) {
      look_ahead_ -= std::min(look_ahead_, looked);
      const bool is_open = found.use != BoundaryUse::none && found.use != BoundaryUse::stated;
      if (is_open) known_open_to_ = offset_of(from + found.end);
      return is_open;
    }
    const auto more = fill();
    if (!more) return more.failure();
  }
}

// The offset at which the Content-Length ends, if that fits; else 0.
std::uint64_t MboxReader::end_by_length() {
  if (!end_by_length_)
    end_by_length_ = header_.length && header_.body > 0
                         ? fitting_end(base_ + start_ + header_.body + *header_.length)
                         : 0;
  return *end_by_length_;
}

// A message begins there, or a line end or two behind, or nothing comes.
std::uint64_t MboxReader::fitting_end(std::uint64_t target) {
  std::optional<std::string> text;  // from the byte before the target
  const std::uint64_t filled_to = offset_of(filled_);
  const std::uint64_t begin = offset_of(start_) + (dropped_ > 0 ? max_message_ : 0);
  const bool is_held = target - 1 + kLookahead <= filled_to || (is_at_end_ && target <= filled_to);
  if (is_held && target > begin) {
    const auto at = static_cast<std::size_t>(target - 1 - base_ - dropped_);
    text = std::string(view(at, std::min(at + kLookahead, filled_)));
  } else {
    text = source_->peek(target - 1, kLookahead);
  }
  if (!text || text->empty()) return 0;
  const std::string_view behind = std::string_view(*text).substr(1);
  if (is_all_line_ends(behind) && behind.size() <= kMostEnds) return target + behind.size();
  std::size_t gap = 0;
  while (gap < kMostEnds && gap < behind.size() && is_line_end(behind[gap])) ++gap;
  const bool is_at_line = gap > 0 || is_line_end(text->front());
  const bool fits = is_at_line && begins_message(behind.substr(gap), After::stated_end);
  return fits ? target + gap : 0;
}

}  // namespace unsent
