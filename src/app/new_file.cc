// SPDX-License-Identifier: MIT
#include "app/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace unsent {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

}  // namespace

Result<NewFile> NewFile::make(const std::string& path) {
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0 && !S_ISREG(old.st_mode))
    return fail(ErrorCode::cant_create, path + ": is no regular file, and stays what it is",
                "name a file that is new or may be replaced");
  std::string aside = path + "." + std::to_string(::getpid()) + ".new";
  FileDescriptor file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.is_open()) {
    Error error = Result<void>(os_failure(aside, errno)).error();
    error.code = ErrorCode::cant_create;
    return Unexpected(std::move(error));
  }
  return NewFile(path, std::move(aside), std::move(file));
}

NewFile::~NewFile() {
  if (file_.is_open()) ::unlink(aside_.c_str());
}

void NewFile::text(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= kPiece) flush();
}

void NewFile::flush() {
  if (written_) written_ = write_all(file_.get(), buffer_, aside_);
  buffer_.clear();
}

Result<void> NewFile::finish() {
  flush();
  if (!written_) return written_;
  if (::fsync(file_.get()) != 0) return os_failure(aside_, errno);
  if (::rename(aside_.c_str(), path_.c_str()) != 0) return os_failure(path_, errno);
  file_ = FileDescriptor();
  return {};
}

}  // namespace unsent
