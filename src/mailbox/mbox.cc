// SPDX-License-Identifier: MIT
#include "mailbox/mbox.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/text.h"
#include "mail/header.h"

namespace unsent {
namespace {

constexpr std::size_t kWindow = 2 * 1024 * 1024;
constexpr std::size_t kMaxSeparator = 512;  // bytes that decide on one: two lines

// "10:00" anywhere: every From_ line of every age has a clock time.
bool has_clock(std::string_view text) {
  for (std::size_t i = 2; i + 2 < text.size(); ++i)
    if (text[i] == ':' && is_digit(text[i - 1]) && is_digit(text[i + 1]) && is_digit(text[i + 2]))
      return true;
  return false;
}

std::string_view line_at(std::string_view bytes, std::size_t begin) {
  const std::size_t end = bytes.find('\n', begin);
  std::string_view line = bytes.substr(begin, end == std::string_view::npos ? end : end - begin);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool follows_empty_line(std::string_view bytes, std::size_t line_begin) {
  std::size_t at = line_begin - 1;  // the line feed before
  if (at > 0 && bytes[at - 1] == '\r') --at;
  return at == 0 || bytes[at - 1] == '\n';
}

bool is_followed_by_field(std::string_view bytes, std::size_t line_begin) {
  const std::size_t end = bytes.find('\n', line_begin);
  return end != std::string_view::npos && field_name_length(line_at(bytes, end + 1)) > 0;
}

bool is_separator_at(std::string_view bytes, std::size_t begin) {
  return is_mbox_separator(line_at(bytes, begin)) &&
         (follows_empty_line(bytes, begin) || is_followed_by_field(bytes, begin));
}

// Reads a file window by window and keeps what belongs to the message under way.
class MboxReader {
 public:
  MboxReader(int fd, const std::string& path, const Visit& visit)
      : fd_(fd), path_(path), visit_(visit) {}

  Result<void> read() {
    if (auto filled = fill(); !filled) return filled;
    if (buffer_.empty()) return {};
    is_mbox_ = is_mbox_separator(line_at(buffer_, 0));
    std::size_t scanned = 0;
    for (;;) {
      const std::size_t next =
          is_mbox_ ? find_separator(buffer_, std::max<std::size_t>(scanned, begin_ + 1), at_end_)
                   : std::string::npos;
      if (next != std::string::npos) {
        if (auto visited = visit_message(next); !visited) return visited;
        begin_ = scanned = next;
        continue;
      }
      if (at_end_) break;
      // What was scanned stays scanned, but for a separator that may straddle its end.
      scanned = buffer_.size() > kMaxSeparator ? buffer_.size() - kMaxSeparator : 0;
      scanned = std::max(scanned, begin_);
      scanned -= make_room(scanned);
      if (auto filled = fill(); !filled) return filled;
    }
    return visit_message(buffer_.size());
  }

 private:
  // Drops what is not needed any more; returns by how much offsets have shifted.
  std::size_t make_room(std::size_t scanned) {
    const std::size_t shift = begin_;
    buffer_.erase(0, begin_);
    base_ += shift;
    begin_ = 0;
    scanned -= shift;
    if (scanned <= kMaxSeen) return shift;
    // A giant message: keep what may be seen of it, and the tail that is still scanned.
    const std::size_t drop = scanned - kMaxSeen;
    buffer_.erase(kMaxSeen, drop);
    skipped_ += drop;
    return shift + drop;
  }

  Result<void> fill() {
    const std::size_t old_size = buffer_.size();
    buffer_.resize(old_size + kWindow);
    std::size_t filled = 0;
    while (filled < kWindow) {
      const ssize_t count = ::read(fd_, buffer_.data() + old_size + filled, kWindow - filled);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return os_failure(path_, errno);
      if (count == 0) {
        at_end_ = true;
        break;
      }
      filled += static_cast<std::size_t>(count);
    }
    buffer_.resize(old_size + filled);
    return {};
  }

  Result<void> visit_message(std::size_t end) {
    const std::uint64_t size = end - begin_ + skipped_;
    const std::string_view bytes =
        std::string_view(buffer_).substr(begin_, std::min(end - begin_, kMaxSeen));
    const StoredMessage message{path_, base_ + begin_, size, bytes};
    auto visited = visit_(message);
    base_ += skipped_;
    skipped_ = 0;
    return visited;
  }

  int fd_;
  const std::string& path_;
  const Visit& visit_;
  std::string buffer_;
  std::size_t begin_ = 0;      // of the message under way, in the buffer
  std::uint64_t base_ = 0;     // file offset of the buffer's first byte
  std::uint64_t skipped_ = 0;  // bytes of the message under way that are not held
  bool at_end_ = false;
  bool is_mbox_ = false;
};

}  // namespace

bool is_mbox_separator(std::string_view line) {
  return line.size() > 10 && line.substr(0, 5) == "From " && has_clock(line.substr(5, 200));
}

std::size_t find_separator(std::string_view bytes, std::size_t from, bool is_last) {
  constexpr std::string_view kMark = "\nFrom ";
  std::size_t at = from > 0 ? from - 1 : 0;
  for (;;) {
    const void* found = ::memmem(bytes.data() + at, bytes.size() - at, kMark.data(), kMark.size());
    if (found == nullptr) return std::string_view::npos;
    const auto begin = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) + 1;
    // Too near the end of the window to decide: more bytes first.
    if (!is_last && bytes.size() - begin < kMaxSeparator) return std::string_view::npos;
    if (is_separator_at(bytes, begin)) return begin;
    at = begin;
  }
}

Result<void> walk_mbox_or_message(int fd, const std::string& path, const Visit& visit) {
  return MboxReader(fd, path, visit).read();
}

}  // namespace unsent
