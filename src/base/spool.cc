// SPDX-License-Identifier: MIT
#include "base/spool.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/open.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;

// At most a piece behind what bytes holds; false at the end. By way of the stack: a string
// that grows first is filled with zeros, and most mail is far smaller than a piece.
Result<bool> read_more(int fd, const std::string& name, std::string& bytes) {
  char piece[kPiece];
  for (;;) {
    const ssize_t count = ::read(fd, piece, sizeof piece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure(name, errno);
    bytes.append(piece, static_cast<std::size_t>(count));
    return count > 0;
  }
}

// What reached the file before the disk was full.
Result<std::string> read_back(const FileDescriptor& file) {
  if (::lseek(file.get(), 0, SEEK_SET) != 0) return os_failure("temporary file", errno);
  return read_all(file.get(), "temporary file");
}

}  // namespace

Result<Spool> Spool::read(int fd, const std::string& name, std::size_t memory_limit,
                          const std::string& folder) {
  Spool spool;
  FileDescriptor file;
  bool is_disk_full = false;
  for (;;) {
    const auto more = read_more(fd, name, spool.memory_);
    if (!more) return more.failure();
    const bool is_due = spool.memory_.size() > memory_limit || file.is_open();
    if (is_due && !is_disk_full) {
      if (!file.is_open()) file = open_nameless(folder);
      const off_t held = file.is_open() ? ::lseek(file.get(), 0, SEEK_CUR) : 0;
      if (file.is_open() && write_all(file.get(), spool.memory_, "temporary file")) {
        spool.memory_.clear();
      } else {
        is_disk_full = true;
        if (file.is_open() && ::ftruncate(file.get(), held) != 0)
          return os_failure("temporary file", errno);
        auto earlier = file.is_open() ? read_back(file) : Result<std::string>(std::string());
        if (!earlier) return earlier.failure();
        spool.memory_.insert(0, *earlier);
        file = FileDescriptor();
      }
    }
    if (!*more) break;
  }
  if (!file.is_open()) return spool;
  auto mapped = MappedFile::map(file.get(), "temporary file");
  if (!mapped) return mapped.failure();
  spool.file_.emplace(std::move(*mapped));
  return spool;
}

std::string temporary_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && folder[0] == '/' ? folder : "/tmp";
}

}  // namespace unsent
