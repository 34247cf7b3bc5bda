// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/open.h"

namespace unsent {
namespace {

ErrorCode code_for(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::no_permission;
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
      return ErrorCode::no_input;
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return ErrorCode::temp_fail;
    default:
      return ErrorCode::io;
  }
}

Result<void> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return os_failure(path, errno);
}

Result<std::string> read_within(const Result<FileDescriptor>& opened, const std::string& path,
                                std::size_t limit) {
  if (!opened) return opened.failure();
  const FileDescriptor& file = *opened;
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && static_cast<std::size_t>(status.st_size) > limit)
    return fail(ErrorCode::data, path + ": larger than " + std::to_string(limit) + " bytes");
  return read_all(file.get(), path);
}

}  // namespace

Unexpected os_failure(const std::string& what, int error_number) {
  return fail(code_for(error_number), what + ": " + std::strerror(error_number));
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  const auto file = open_file(path, O_RDONLY);
  if (!file) return file.failure();
  return map(file->get(), path);
}

Result<MappedFile> MappedFile::map(int fd, const std::string& name) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return os_failure(name, errno);
  if (S_ISDIR(status.st_mode)) return os_failure(name, EISDIR);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return MappedFile(nullptr, 0);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (data == MAP_FAILED) return os_failure(name, errno);
  ::madvise(data, size, MADV_SEQUENTIAL);
  return MappedFile(data, size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

void MappedFile::release_until(std::size_t end) const {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t whole = (end < size_ ? end : size_) / page * page;
  if (whole > 0) ::madvise(data_, whole, MADV_DONTNEED);
}

Result<std::string> read_all(int fd, const std::string& name) {
  std::string bytes;
  std::size_t filled = 0;
  struct stat status {};
  const bool is_file = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  bytes.resize(is_file ? static_cast<std::size_t>(status.st_size) + 1 : std::size_t{1} << 16U);
  for (;;) {
    if (filled == bytes.size()) bytes.resize(bytes.size() * 2);
    const ssize_t count = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure(name, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  return read_within(open_file(path, O_RDONLY), path, limit);
}

Result<std::string> read_named_file(const std::string& path, std::size_t limit) {
  return read_within(open_named(path), path, limit);
}

Result<std::string> read_own_file(const std::string& path, std::size_t limit) {
  const auto file = open_file(path, O_RDONLY, Owner::ours);
  if (!file) return file.failure();
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) return os_failure(path, errno);
  if ((status.st_mode & S_IWOTH) != 0)
    return fail(ErrorCode::no_permission, path + ": anybody may write it", "chmod o-w " + path);
  return read_within(file, path, limit);
}

Result<void> check_own(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return os_failure(path, errno);
  return check_owner(path, status);
}

Result<void> write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure(name, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

std::string join(const Pieces& pieces) {
  std::size_t size = 0;
  for (const std::string_view piece : pieces) size += piece.size();
  std::string out;
  out.reserve(size);
  for (const std::string_view piece : pieces) out += piece;
  return out;
}

Result<void> make_folders(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
  for (std::size_t slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1))
    if (auto made = make_folder(path.substr(0, slash)); !made) return made;
  return make_folder(path);
}

bool path_exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> sync_folder(const std::string& path) {
  const auto folder = open_folder(path);
  if (!folder) return folder.failure();
  if (::fsync(folder->get()) != 0 && errno != EINVAL) return os_failure(path, errno);
  return {};
}

}  // namespace unsent
