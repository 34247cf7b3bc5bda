// SPDX-License-Identifier: MIT
#include "acting/move_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/file.h"
#include "base/open.h"
#include "base/whole_file.h"

namespace unsent {
namespace {

Result<void> copy_bytes(int from, int to, const std::string& name) {
  std::array<char, 64 * 1024> piece{};
  for (;;) {
    const ssize_t count = ::read(from, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure(name, errno);
    if (count == 0) return {};
    if (auto done = write_all(to, {piece.data(), static_cast<std::size_t>(count)}, name); !done)
      return done;
  }
}

Result<void> fill_copy(int source, int target, const std::string& to) {
  struct stat status {};
  if (::fstat(source, &status) != 0) return os_failure(to, errno);
  if (auto done = copy_bytes(source, target, to); !done) return done;
  const auto made = make_like(target, status, KeepOwner::if_possible, KeepTimes::yes, to);
  return made ? sync_file(target, to) : made;
}

// A whole, synced copy; overwrites what a killed run left there.
Result<void> copy_file(const std::string& from, const std::string& to) {
  const auto source = open_file(from, O_RDONLY | O_NOFOLLOW);
  if (!source) return source.failure();
  const auto target = open_file(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!target) return target.failure();
  auto filled = fill_copy(source->get(), target->get(), to);
  if (!filled) ::unlink(to.c_str());
  return filled;
}

int rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that cannot promise it: two steps, between which both names stand.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  return ::unlink(from.c_str()) == 0 ? 0 : errno;
}

// From another file system: first beside to under a name of its own.
Result<void> copy_aside(const std::string& from, const std::string& to, std::string& part) {
  part = to + ".part";
  return copy_file(from, part);
}

}  // namespace

Result<void> move_file(const std::string& from, const std::string& to) {
  const int error_number = rename_new(from, to);
  if (error_number == 0) return {};
  if (error_number != EXDEV) return os_failure(from, error_number);
  std::string part;
  if (auto copied = copy_aside(from, to, part); !copied) return copied;
  if (const int failed = rename_new(part, to); failed != 0) {
    ::unlink(part.c_str());
    return os_failure(to, failed);
  }
  if (auto synced = sync_folder(folder_of(to)); !synced) return synced;
  return ::unlink(from.c_str()) == 0 ? Result<void>() : os_failure(from, errno);
}

Result<void> keep_file(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  if (errno != EXDEV && errno != EPERM && errno != EMLINK) return os_failure(to, errno);
  return copy_file(from, to);
}

Result<void> move_over(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) {
    ::unlink(from.c_str());  // two names of one file: rename leaves both
    return {};
  }
  if (errno != EXDEV) return os_failure(to, errno);
  std::string part;
  if (auto copied = copy_aside(from, to, part); !copied) return copied;
  if (::rename(part.c_str(), to.c_str()) != 0) return os_failure(to, errno);
  if (auto synced = sync_folder(folder_of(to)); !synced) return synced;
  return ::unlink(from.c_str()) == 0 ? Result<void>() : os_failure(from, errno);
}

}  // namespace unsent
