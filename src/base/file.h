// SPDX-License-Identifier: MIT
// Owners of file descriptors and mappings, and whole reads and writes. Every function
// retries what a signal interrupted and says which path failed and why.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace unsent {

// Closes its descriptor; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor();

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // Gives the descriptor up: its closing is now the caller's.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// A file's bytes, mapped read-only for as long as the object lives. A file that
// another program truncates meanwhile raises SIGBUS: map only files that are locked or
// that nobody shortens; read the others with read_file.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  // Of a file that is open already; name is for the error text.
  static Result<MappedFile> map(int fd, const std::string& name);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }
  // The pages up to end are not needed any more: keeps memory flat on a long walk.
  void release_until(std::size_t end) const;

 private:
  MappedFile(void* data, std::size_t size) : data_(data), size_(size) {}
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

// The whole file; more than limit bytes is an error.
Result<std::string> read_file(const std::string& path, std::size_t limit = std::size_t{1} << 30U);

// Of a file that the user names, see open_named().
Result<std::string> read_named_file(const std::string& path,
                                    std::size_t limit = std::size_t{1} << 30U);

// The same for a file that may only be ours: of this process's user, or of root. Wherever a
// symbolic link leads, another user's file is an error, and so is one that anybody may write.
Result<std::string> read_own_file(const std::string& path,
                                  std::size_t limit = std::size_t{1} << 30U);

// An error, unless path is a file or folder of this process's user, or of root.
Result<void> check_own(const std::string& path);

// All that is left of fd, whatever it is (file, pipe, socket). name is for the error text.
Result<std::string> read_all(int fd, const std::string& name);

// All of bytes, or an error; a short write is retried, never ignored.
Result<void> write_all(int fd, std::string_view bytes, const std::string& name);

// Text that is put together, without a copy, from pieces of other texts.
using Pieces = std::vector<std::string_view>;
std::string join(const Pieces& pieces);

// The folder and those above it that are missing, mode 0700.
Result<void> make_folders(const std::string& path);

// Something bears that name, be it a link that leads nowhere.
bool path_exists(const std::string& path);

// The folder that holds path: "." for a bare name.
std::string folder_of(const std::string& path);

// What was renamed, made or deleted in the folder stays so after a loss of power. A file
// system that knows no fsync of folders (EINVAL) needs none.
Result<void> sync_folder(const std::string& path);

// "PATH: what: No such file or directory", with the code that fits errno.
Unexpected os_failure(const std::string& what, int error_number);

}  // namespace unsent
