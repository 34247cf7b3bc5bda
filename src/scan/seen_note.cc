// SPDX-License-Identifier: MIT
#include "scan/seen_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/field_line.h"
#include "base/file_lines.h"
#include "base/open.h"

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

std::string encode_note(const MboxNote& note) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  std::string text =
      encode_fields({"mbox", number(note.inode), note.modified, number(note.place.last),
                     number(note.place.next), note.place.head, note.place.tail, note.ledger});
  for (const SeenMessage& message : note.unverified)
    text +=
        encode_fields({"unverified", number(message.offset), number(message.size), message.digest});
  return text;
}

void decode_note(std::string_view line, MboxNote& note) {
  const auto fields = decode_fields(line);
  if (fields.size() == 8 && fields[0] == "mbox") {
    note.inode = to_number(fields[1]);
    note.modified = fields[2];
    note.place = {to_number(fields[3]), to_number(fields[4]), fields[5], fields[6]};
    note.ledger = fields[7];
  }
  if (fields.size() >= 4 && fields[0] == "unverified")
    note.unverified.push_back({to_number(fields[1]), to_number(fields[2]), fields[3]});
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
  auto file = WholeFile::begin(path, WholeFile::Aside::one);
  if (!file) return file.failure();
  return NoteWriter(std::move(*file));
}

Result<void> NoteWriter::add(std::string_view lines) {
  hash_.add(lines);
  return file_.add(lines);
}

Result<void> NoteWriter::finish() {
  if (auto done = file_.add(seal_of(hash_)); !done) return done;
  return file_.finish(WholeFile::Folder::left);
}

}  // namespace unsent
