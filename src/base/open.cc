// SPDX-License-Identifier: MIT
#include "base/open.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <thread>

namespace unsent {
namespace {

constexpr int kAlways = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr int kMostLinks = 40;  // as the kernel has it
constexpr std::chrono::milliseconds kPause{10};
constexpr int kTries = 100;

// Whoever has a lease on the file gives it up within moments.
int open_by_name(const std::string& name, int flags, mode_t mode) {
  for (int i = 0;; ++i) {
    const int fd = ::open(name.c_str(), (flags & ~O_TRUNC) | kAlways, mode);
    if (fd >= 0 || (errno != EWOULDBLOCK && errno != EINTR) || i == kTries) return fd;
    std::this_thread::sleep_for(kPause);
  }
}

bool is_null_device(const struct stat& status) {
  return S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3);
}

bool is_to_read(int flags) { return (flags & O_ACCMODE) == O_RDONLY; }

Result<FileDescriptor> checked(int fd, const std::string& path, int flags, Owner owner) {
  // A pipe that nobody reads, and a socket.
  if (fd < 0 && errno == ENXIO) return fail(ErrorCode::data, path + ": not a file");
  if (fd < 0) return os_failure(path, errno);
  FileDescriptor file(fd);
  struct stat status {};
  if (::fstat(fd, &status) != 0) return os_failure(path, errno);
  if (S_ISDIR(status.st_mode)) return os_failure(path, EISDIR);
  if (owner == Owner::ours)
    if (auto owned = check_owner(path, status); !owned) return owned.failure();
  const bool is_empty_file = is_null_device(status) && is_to_read(flags);
  if (!S_ISREG(status.st_mode) && !is_empty_file)
    return fail(ErrorCode::data, path + ": not a file");
  if ((flags & O_TRUNC) != 0 && status.st_size > 0 && ::ftruncate(fd, 0) != 0)
    return os_failure(path, errno);
  return file;
}

// The text of a link of our own or of root's; "" for what is no link.
Result<std::string> own_link(const std::string& path) {
  const FileDescriptor link(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!link.is_open() || ::fstat(link.get(), &status) != 0) return std::string();
  if (!S_ISLNK(status.st_mode)) return std::string();
  if (!is_ours(status))
    return fail(ErrorCode::no_permission, path + ": a link that another user made",
                "nothing is written through it");
  std::array<char, PATH_MAX> text{};
  const ssize_t size = ::readlinkat(link.get(), "", text.data(), text.size());
  if (size < 0) return os_failure(path, errno);
  return std::string(text.data(), static_cast<std::size_t>(size));
}

Result<std::string> behind_own_links(std::string path) {
  for (int i = 0; i < kMostLinks; ++i) {
    const auto target = own_link(path);
    if (!target) return target.failure();
    if (target->empty()) return path;
    path = target->front() == '/' ? *target : folder_of(path) + '/' + *target;
  }
  return os_failure(path, ELOOP);
}

bool is_given(const std::string& path) {
  for (const char* start : {"/dev/fd/", "/proc/self/fd/", "/dev/stdin"})
    if (path.rfind(start, 0) == 0) return true;
  return false;
}

// Looks into the pipe without taking anything out of it: 0 says that nobody writes.
bool has_writer(int pipe) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return false;
  const FileDescriptor reading(ends[0]);
  const FileDescriptor writing(ends[1]);
  for (int i = 0; i < kTries; ++i) {
    const ssize_t seen = ::tee(pipe, writing.get(), 1, SPLICE_F_NONBLOCK);
    if (seen != 0) return seen > 0 || errno == EAGAIN;
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

Result<FileDescriptor> wait_for_reads(FileDescriptor file, const std::string& path) {
  const int flags = ::fcntl(file.get(), F_GETFL);
  if (flags < 0 || ::fcntl(file.get(), F_SETFL, flags & ~O_NONBLOCK) != 0)
    return os_failure(path, errno);
  return file;
}

}  // namespace

bool is_ours(const struct stat& status) {
  return status.st_uid == ::geteuid() || status.st_uid == 0;
}

Result<void> check_owner(const std::string& path, const struct stat& status) {
  if (is_ours(status)) return {};
  return fail(ErrorCode::no_permission,
              path + ": belongs to another user (" + std::to_string(status.st_uid) + ")",
              "only files of the user who runs this, or of root, are used here");
}

Result<FileDescriptor> open_file(const std::string& path, int flags, Owner owner, mode_t mode) {
  const int strict = is_to_read(flags) ? flags : flags | O_NOFOLLOW;
  const int fd = open_by_name(path, strict, mode);
  const bool is_link = fd < 0 && errno == ELOOP && (flags & O_NOFOLLOW) == 0;
  if (!is_link || strict == flags) return checked(fd, path, flags, owner);
  const auto target = behind_own_links(path);
  if (!target) return target.failure();
  return checked(open_by_name(*target, strict, mode), path, flags, owner);
}

Result<FileDescriptor> open_named(const std::string& path) {
  FileDescriptor file(open_by_name(path, O_RDONLY, 0));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return os_failure(path, errno);
  const bool is_pipe = S_ISFIFO(status.st_mode);
  if (is_given(path) && !S_ISDIR(status.st_mode)) return wait_for_reads(std::move(file), path);
  if (is_pipe && is_ours(status) && has_writer(file.get()))
    return wait_for_reads(std::move(file), path);
  return checked(file.release(), path, O_RDONLY, Owner::anybody);
}

Result<FileDescriptor> open_folder(const std::string& path) {
  FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
  if (!folder.is_open()) return os_failure(path, errno);
  return folder;
}

FileDescriptor open_place(const std::string& path) {
  return FileDescriptor(::open(path.c_str(), O_PATH | O_CLOEXEC));
}

Result<FileDescriptor> open_unguessed(std::string& path) {
  FileDescriptor file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file.is_open()) return os_failure(path, errno);
  return file;
}

FileDescriptor open_nameless(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return FileDescriptor(fd);
  std::string path = folder + "/unsent-XXXXXX";
  auto file = open_unguessed(path);
  if (!file) return {};
  ::unlink(path.c_str());
  return std::move(*file);
}

}  // namespace unsent
