// SPDX-License-Identifier: MIT
#include "mailbox/seen_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>

#include "base/file_lines.h"
#include "base/open.h"
#include "mailbox/act.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;

// The last line: without it, or with another, the text was not written by us as it stands.
std::string seal_of(const ContentHash& hash) { return encode_fields({"end", hash.text()}); }

// All of piece from where the file stands.
bool read_piece(int file, std::string& piece) {
  for (std::size_t filled = 0; filled < piece.size();) {
    const ssize_t count = ::read(file, piece.data() + filled, piece.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    filled += static_cast<std::size_t>(count);
  }
  return true;
}

// The bytes of the lines before the seal; nullopt: damaged.
std::optional<std::uint64_t> checked_size(int file) {
  const std::size_t seal = seal_of({}).size();
  const off_t end = ::lseek(file, 0, SEEK_END);
  const auto size = static_cast<std::uint64_t>(end);
  if (end < 0 || size < seal || ::lseek(file, 0, SEEK_SET) != 0) return std::nullopt;
  ContentHash hash;
  std::string piece;
  for (std::uint64_t left = size - seal; left > 0; left -= piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece)));
    if (!read_piece(file, piece)) return std::nullopt;
    hash.add(piece);
  }
  piece.resize(seal);
  if (!read_piece(file, piece) || piece != seal_of(hash)) return std::nullopt;
  return size - seal;
}

}  // namespace

std::string encode_place(const MboxPlace& place) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string text = encode_fields({"mbox", number(place.inode), place.modified, number(place.last),
                                    number(place.end), number(place.head_size), place.head,
                                    number(place.tail_size), place.tail, place.ledger});
  for (const SeenMessage& message : place.unverified)
    text +=
        encode_fields({"unverified", number(message.offset), number(message.size), message.digest});
  return text;
}

void decode_place(std::string_view line, MboxPlace& place) {
  const auto fields = decode_fields(line);
  if (fields.size() >= 10 && fields[0] == "mbox") {
    place.inode = to_number(fields[1]);
    place.modified = fields[2];
    place.last = to_number(fields[3]);
    place.end = to_number(fields[4]);
    place.head_size = to_number(fields[5]);
    place.head = fields[6];
    place.tail_size = to_number(fields[7]);
    place.tail = fields[8];
    place.ledger = fields[9];
  }
  if (fields.size() >= 4 && fields[0] == "unverified")
    place.unverified.push_back({to_number(fields[1]), to_number(fields[2]), fields[3]});
}

bool read_note(const std::string& path, const std::function<void(std::string_view)>& take) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return true;
  auto file = open_file(path, O_RDONLY);
  const auto size = file ? checked_size(file->get()) : std::nullopt;
  if (!size || ::lseek(file->get(), 0, SEEK_SET) != 0) return false;
  FileLines lines(std::move(*file));
  std::string line;
  for (std::uint64_t left = *size; left > 0 && lines.next(line);
       left -= std::min<std::uint64_t>(left, line.size() + 1))
    take(line);
  return true;
}

Result<NoteWriter> NoteWriter::begin(const std::string& path) {
  NoteWriter note(path);
  const std::string fresh = path + ".new";
  auto file = open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!file) return file.failure();
  note.file_ = std::move(*file);
  return note;
}

Result<void> NoteWriter::flush() {
  hash_.add(buffer_);
  auto done = write_all(file_.get(), buffer_, path_);
  buffer_.clear();
  return done;
}

Result<void> NoteWriter::add(std::string_view lines) {
  buffer_ += lines;
  return buffer_.size() < kPiece ? Result<void>() : flush();
}

Result<void> NoteWriter::finish() {
  if (auto done = flush(); !done) return done;
  if (auto done = write_all(file_.get(), seal_of(hash_), path_); !done) return done;
  if (::fsync(file_.get()) != 0) return os_failure(path_, errno);
  const std::string fresh = path_ + ".new";
  return ::rename(fresh.c_str(), path_.c_str()) == 0 ? Result<void>() : os_failure(path_, errno);
}

}  // namespace unsent
