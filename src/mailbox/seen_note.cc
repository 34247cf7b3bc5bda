// SPDX-License-Identifier: MIT
#include "mailbox/seen_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>

#include "mailbox/act.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;

// The last line: without it, or with another, the text was not written by us as it stands.
std::string seal_of(const ContentHash& hash) { return encode_fields({"end", hash.text()}); }

// The bytes of the lines before the seal; nullopt: damaged.
std::optional<std::uint64_t> checked_size(std::ifstream& file) {
  const std::size_t seal = seal_of({}).size();
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file.tellg());
  if (!file || size < seal) return std::nullopt;
  file.seekg(0);
  ContentHash hash;
  std::string piece;
  for (std::uint64_t left = size - seal; left > 0; left -= piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece)));
    if (!file.read(piece.data(), static_cast<std::streamsize>(piece.size()))) return std::nullopt;
    hash.add(piece);
  }
  piece.resize(seal);
  if (!file.read(piece.data(), static_cast<std::streamsize>(seal)) || piece != seal_of(hash))
    return std::nullopt;
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
  std::ifstream file(path, std::ios::binary);
  const auto size = checked_size(file);
  if (!size) return false;
  file.seekg(0);
  std::string line;
  for (std::uint64_t left = *size; left > 0 && std::getline(file, line);
       left -= std::min<std::uint64_t>(left, line.size() + 1))
    take(line);
  return true;
}

Result<NoteWriter> NoteWriter::begin(const std::string& path) {
  NoteWriter note(path);
  const std::string fresh = path + ".new";
  note.file_ =
      FileDescriptor(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!note.file_.is_open()) return os_failure(fresh, errno);
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
