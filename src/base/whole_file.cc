// SPDX-License-Identifier: MIT
#include "base/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "base/open.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;
constexpr int kMostAsides = 100;  // of one process, and of earlier ones of its number

Result<FileDescriptor> open_unique(const std::string& path, mode_t mode, std::string& aside) {
  for (int i = 0;; ++i) {
    aside = path + '.' + std::to_string(::getpid()) + '-' + std::to_string(i) + ".new";
    auto file = open_file(aside, O_WRONLY | O_CREAT | O_EXCL, Owner::anybody, mode);
    if (file || !path_exists(aside) || i == kMostAsides) return file;
  }
}

Result<FileDescriptor> open_first(const std::string& aside, mode_t mode) {
  auto file = open_file(aside, O_WRONLY | O_CREAT | O_EXCL, Owner::anybody, mode);
  if (file || !path_exists(aside)) return file;
  return fail(ErrorCode::temp_fail, aside + ": somebody is writing this file",
              "if nobody is, remove that one");
}

}  // namespace

FileWriter::FileWriter(FileDescriptor file, std::string name)
    : own_(std::move(file)), fd_(own_.get()), name_(std::move(name)) {}

FileWriter::FileWriter(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

Result<FileWriter> FileWriter::open(const std::string& path) {
  auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!file) return file.failure();
  return FileWriter(std::move(*file), path);
}

Result<void> FileWriter::add(std::string_view bytes) {
  if (buffer_.size() + bytes.size() < kPiece) {
    buffer_ += bytes;
    return written_;
  }
  if (auto done = flush(); !done) return done;
  if (bytes.size() < kPiece)
    buffer_ += bytes;
  else
    written_ = write_all(fd_, bytes, name_);
  return written_;
}

Result<void> FileWriter::flush() {
  if (written_ && !buffer_.empty()) written_ = write_all(fd_, buffer_, name_);
  buffer_.clear();
  return written_;
}

Result<void> FileWriter::sync() {
  if (flush()) written_ = sync_file(fd_, name_);
  return written_;
}

Result<void> FileWriter::close() {
  if (fd_ < 0) return written_;
  if (sync() && own_.is_open() && ::close(own_.release()) != 0) written_ = os_failure(name_, errno);
  fd_ = -1;
  return written_;
}

Result<void> make_like(int fd, const struct stat& other, KeepOwner owner, KeepTimes times,
                       const std::string& name) {
  struct stat now {};
  if (::fstat(fd, &now) != 0) return os_failure(name, errno);
  const bool is_other = now.st_uid != other.st_uid || now.st_gid != other.st_gid;
  if (is_other && ::fchown(fd, other.st_uid, other.st_gid) != 0 && owner == KeepOwner::surely)
    return fail(ErrorCode::no_permission, name + ": its owner and group could not be kept",
                "run it as the owner, in its group");
  if (::fchmod(fd, other.st_mode & 07777U) != 0) return os_failure(name, errno);
  const std::array<timespec, 2> both = {other.st_atim, other.st_mtim};
  if (times == KeepTimes::yes && ::futimens(fd, both.data()) != 0) return os_failure(name, errno);
  return {};
}

WholeFile::WholeFile(std::string path, std::string aside, FileDescriptor file)
    : path_(std::move(path)), aside_(std::move(aside)), writer_(std::move(file), path_) {}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)),
      aside_(std::exchange(other.aside_, std::string())),
      writer_(std::move(other.writer_)),
      is_in_place_(other.is_in_place_) {}

Result<WholeFile> WholeFile::begin(const std::string& path, Aside aside, mode_t mode) {
  std::string name = path + ".new";
  auto file = aside == Aside::unique  ? open_unique(path, mode, name)
              : aside == Aside::first ? open_first(name, mode)
                                      : open_file(name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
                                                  Owner::anybody, mode);
  if (!file) return file.failure();
  return WholeFile(path, std::move(name), std::move(*file));
}

Result<WholeFile> WholeFile::begin_at(const std::string& path, const std::string& aside) {
  auto file = open_file(aside, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return file.failure();
  return WholeFile(path, aside, std::move(*file));
}

WholeFile::~WholeFile() {
  if (!aside_.empty()) ::unlink(aside_.c_str());
}

Result<void> WholeFile::finish(Folder folder) {
  if (auto done = complete(); !done) return done;
  if (::rename(aside_.c_str(), path_.c_str()) != 0) return os_failure(path_, errno);
  aside_.clear();
  is_in_place_ = true;
  return folder == Folder::synced ? sync_folder(folder_of(path_)) : Result<void>();
}

Result<void> replace_file(const std::string& path, std::string_view text, WholeFile::Aside aside) {
  auto file = WholeFile::begin(path, aside);
  if (!file) return file.failure();
  if (auto done = file->add(text); !done) return done;
  return file->finish();
}

Result<void> sync_file(int fd, const std::string& name) {
  return ::fsync(fd) == 0 ? Result<void>() : os_failure(name, errno);
}

}  // namespace unsent
