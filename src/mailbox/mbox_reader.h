// SPDX-License-Identifier: MIT
// Splits the bytes of an mbox into its messages, whatever its size, in one buffer of a
// few MB. It reads instead of mapping: a mailbox that another program shortens meanwhile
// then merely ends early. Quoted From_ lines (mboxo, mboxrd) stay as they are.
//
// A From_ line ends a message where a header follows it, unless the message's outermost
// multipart is open there and is closed further on (a returned message that nobody quoted),
// or, where no multipart tells, its Content-Length ends behind it, where a message begins
// or nothing (mboxcl). Whoever means to change the mailbox asks find_doubtful besides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace unsent {

// Where the bytes come from: a file, a pipe, a test's string.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Up to size bytes behind the last ones; 0 at the end only.
  virtual Result<std::size_t> read(char* to, std::size_t size) = 0;
  // Up to size bytes at an offset, without moving on; nullopt if that cannot be done.
  virtual std::optional<std::string> peek(std::uint64_t offset, std::size_t size) = 0;
};

class MboxReader {
 public:
  // Of a message that is larger than max_message only so many bytes are kept.
  explicit MboxReader(std::size_t max_message);

  // Begins with another source, which must outlive its messages and stands at that offset;
  // keeps the buffer.
  void start(ByteSource& source, std::uint64_t offset = 0);
  // The first bytes of the source: enough to tell what it is, "" if it is empty.
  Result<std::string_view> head();

  struct Piece {
    std::uint64_t offset = 0;  // of the From_ line
    std::uint64_t size = 0;    // up to the next From_ line, with the empty line before that
    std::string_view bytes;    // all of them, or the first max_message; until the next call
  };
  // The next message, nullopt at the end. Empty lines before the first belong to none.
  Result<std::optional<Piece>> next();
  // The source as one message. size is what was read: at most max_message.
  Result<Piece> whole();

 private:
  // What the header of the current message says about its end.
  struct Header {
    std::size_t body = 0;                 // where it begins, from start_ on
    std::optional<std::uint64_t> length;  // Content-Length
    std::string boundary;                 // of a multipart, else ""
  };

  Result<bool> fill();
  Result<void> fill_to(std::size_t end);
  void make_room();
  Result<void> begin();
  Result<void> read_header();
  Result<std::optional<std::string_view>> header_line(std::size_t at);
  void read_field(std::size_t begin, std::size_t end);
  Result<std::size_t> find_end();
  std::size_t find_line_from() const;
  Result<bool> is_message_at_scan();
  bool is_first_line_over(char terminator);
  bool is_scan_after_empty_line() const;
  bool is_multipart_closed();
  Result<bool> is_multipart_closed_ahead();
  std::uint64_t end_by_length();
  std::uint64_t fitting_end(std::uint64_t target);

  std::uint64_t offset_of(std::size_t at) const { return base_ + at + dropped_; }
  std::string_view view(std::size_t from, std::size_t to) const {
    return {buffer_.get() + from, to - from};
  }

  std::size_t max_message_;
  std::size_t capacity_;
  std::unique_ptr<char[]> buffer_;
  ByteSource* source_ = nullptr;
  std::size_t filled_ = 0;     // bytes in the buffer
  std::size_t start_ = 0;      // where the current message begins in it
  std::size_t scan_ = 0;       // bytes of it, from start_, in which no end was found
  std::uint64_t base_ = 0;     // offset in the source of the buffer's first byte
  std::uint64_t dropped_ = 0;  // bytes of the current message, behind max_message_, let go
  bool is_at_end_ = false;
  bool is_started_ = false;
  char terminator_ = '\n';
  Header header_;
  std::optional<std::uint64_t> over_in_;  // the offset of the message whose first line is over
  std::size_t not_closed_to_ = 0;         // from start_: before it the multipart is not closed
  std::uint64_t known_open_to_ = 0;       // offset: the multipart has a delimiter there
  std::optional<std::uint64_t> end_by_length_;  // once asked for; 0: no length fits
  std::size_t look_ahead_ = 0;                  // bytes that may be looked at before they are due
};

}  // namespace unsent
