// SPDX-License-Identifier: MIT
#include "mailbox/mbox_swap.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/open.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;
constexpr std::chrono::milliseconds kPause{20};
constexpr std::chrono::seconds kLinger{2};

Result<std::size_t> read_at(int fd, std::uint64_t offset, char* to, std::size_t size,
                            const std::string& name) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count =
        ::pread(fd, to + filled, size - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_failure(name, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

// Access lists and the like, as far as they can be had.
void copy_attributes(int from, int to) {
  const ssize_t size = ::flistxattr(from, nullptr, 0);
  if (size <= 0) return;
  std::vector<char> names(static_cast<std::size_t>(size));
  const ssize_t listed = ::flistxattr(from, names.data(), names.size());
  for (ssize_t at = 0; at < listed;) {
    const std::string name(names.data() + at);
    std::array<char, 4096> value{};
    const ssize_t length = ::fgetxattr(from, name.c_str(), value.data(), value.size());
    if (length >= 0)
      static_cast<void>(
          ::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(length), 0));
    at += static_cast<ssize_t>(name.size()) + 1;
  }
}

// True if no other process has this file open: the kernel gives a lease only then.
bool is_ours_alone(int fd) {
  if (::fcntl(fd, F_SETLEASE, F_WRLCK) != 0) return false;
  static_cast<void>(::fcntl(fd, F_SETLEASE, F_UNLCK));
  return true;
}

// Behind what ends the mbox by now, which need not be what the writer saw.
Result<void> append_message(int fd, const std::string& path, const std::string& bytes) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return os_failure(path, errno);
  std::string end(4, '\0');
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const auto count = read_at(fd, size < 4 ? 0 : size - 4, end.data(), 4, path);
  if (!count) return count.failure();
  end.resize(*count);
  const bool is_message = bytes.substr(0, 5) == "From ";
  const std::string gap(is_message ? gap_before_from(end) : "");
  return write_all(fd, gap + bytes, path);
}

Unexpected readable_failure(const HeldFolder& folder, const Error& error) {
  return fail(error.code, folder.readable(error.message), error.hint);
}

}  // namespace

std::string aside_of(const std::string& path, const std::string& tag) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name = slash == path.npos ? 0 : slash + 1;
  return path.substr(0, name) + '.' + path.substr(name).substr(0, 200) + ".unsent-" + tag;
}

Result<std::string> real_path(const std::string& path) {
  char* const found = ::realpath(path.c_str(), nullptr);
  if (found == nullptr) return os_failure(path, errno);
  std::string real(found);
  std::free(found);
  return real;
}

std::string_view gap_before_from(std::string_view end) {
  if (end.empty() || end == "\n" || end == "\r\n") return "";
  const bool is_crlf = end.size() >= 2 && end.substr(end.size() - 2) == "\r\n";
  if (end.back() != '\n') return end.back() == '\r' ? "\r" : "\n\n";
  if (is_crlf) return end.size() >= 4 && end.substr(end.size() - 4) == "\r\n\r\n" ? "" : "\r\n";
  return end.size() >= 2 && end.substr(end.size() - 2) == "\n\n" ? "" : "\n";
}

Result<MboxSwap> MboxSwap::lock(const std::string& path, const LockWish& wish) {
  const auto real = trusted_path(path);
  if (!real) return real.failure();
  auto folder = HeldFolder::open(folder_of(*real));
  if (!folder) return folder.failure();
  auto locked = [&] {
    const AsOwner as_owner(folder->status());
    return open_locked(folder->within(name_in(*real)), O_RDWR, wish.patience, wish.flock);
  }();
  if (!locked) return readable_failure(*folder, locked.error());
  struct stat status {};
  if (::fstat(locked->file.get(), &status) != 0) return os_failure(*real, errno);
  if (status.st_nlink != 1)
    return fail(ErrorCode::data, *real + ": has several names (hard links)",
                "a rewritten file could keep only one of them");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return MboxSwap(std::move(*folder), *real, std::move(*locked), size, wish);
}

// The lock's file goes as it came.
MboxSwap::~MboxSwap() {
  if (!folder_.is_held()) return;  // moved from
  const AsOwner as_owner(folder_.status());
  if (!aside_.empty()) ::unlink(aside_.c_str());
  { const MboxLock let_go = std::move(locked_.lock); }
}

Unexpected MboxSwap::readable(const Error& error) const { return readable_failure(folder_, error); }

Result<std::string> MboxSwap::read(std::uint64_t offset, std::size_t size) const {
  std::string bytes(size, '\0');
  const auto count = read_at(locked_.file.get(), offset, bytes.data(), size, path_);
  if (!count) return count.failure();
  bytes.resize(*count);
  return bytes;
}

Result<std::string> MboxSwap::hash(std::uint64_t size) const {
  ContentHash hash;
  std::string buffer(kPiece, '\0');
  for (std::uint64_t at = 0; at < size;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, size - at));
    const auto count = read_at(locked_.file.get(), at, buffer.data(), want, path_);
    if (!count) return count.failure();
    if (*count == 0) return std::string();
    hash.add({buffer.data(), *count});
    at += *count;
  }
  return hash.text();
}

Result<void> MboxSwap::begin(const std::string& aside) {
  const std::string at = folder_.within(name_in(aside));
  const AsOwner as_owner(folder_.status());
  auto out = open_file(at, O_WRONLY | O_CREAT | O_EXCL);
  if (!out) return readable(out.error());
  out_ = std::move(*out);
  aside_ = at;
  buffer_.reserve(kPiece);
  return {};
}

Result<void> MboxSwap::flush() {
  auto done = write_all(out_.get(), buffer_, path_);
  buffer_.clear();
  return done;
}

Result<void> MboxSwap::write(std::string_view bytes) {
  hash_.add(bytes);
  written_ += bytes.size();
  last_ += bytes.substr(bytes.size() - std::min<std::size_t>(bytes.size(), 4));
  if (last_.size() > 4) last_.erase(0, last_.size() - 4);
  if (buffer_.size() + bytes.size() > kPiece)
    if (auto done = flush(); !done) return done;
  if (bytes.size() > kPiece) return write_all(out_.get(), bytes, path_);
  buffer_ += bytes;
  return {};
}

Result<void> MboxSwap::copy(std::uint64_t from, std::uint64_t to) {
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, to - from)), '\0');
  while (from < to) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), to - from));
    const auto count = read_at(locked_.file.get(), from, piece.data(), want, path_);
    if (!count) return count.failure();
    if (*count == 0) return fail(ErrorCode::temp_fail, path_ + ": shortened by another program");
    if (auto done = write({piece.data(), *count}); !done) return done;
    from += *count;
    if (wish_.has_done) wish_.has_done(*count);
  }
  return {};
}

Result<void> MboxSwap::complete() {
  if (auto done = flush(); !done) return done;
  struct stat old {};
  struct stat fresh {};
  if (::fstat(locked_.file.get(), &old) != 0 || ::fstat(out_.get(), &fresh) != 0)
    return os_failure(path_, errno);
  const bool is_other = old.st_uid != fresh.st_uid || old.st_gid != fresh.st_gid;
  if (is_other && ::fchown(out_.get(), old.st_uid, old.st_gid) != 0)
    return fail(ErrorCode::no_permission, path_ + ": its owner and group could not be kept",
                "run it as the owner, in its group");
  copy_attributes(locked_.file.get(), out_.get());
  if (::fchmod(out_.get(), old.st_mode & 07777) != 0)
    return readable(Result<void>(os_failure(aside_, errno)).error());
  const std::array<timespec, 2> times = {old.st_atim, old.st_mtim};
  if (::futimens(out_.get(), times.data()) != 0)
    return readable(Result<void>(os_failure(aside_, errno)).error());
  if (::fsync(out_.get()) != 0) return readable(Result<void>(os_failure(aside_, errno)).error());
  if (::close(out_.release()) != 0)
    return readable(Result<void>(os_failure(aside_, errno)).error());  // NFS tells it here
  return {};
}

Result<void> MboxSwap::replace() {
  // The lock keeps honest programs out; whoever wrote all the same is not overwritten.
  struct stat now {};
  if (::fstat(locked_.file.get(), &now) != 0 || static_cast<std::uint64_t>(now.st_size) != size_)
    return fail(ErrorCode::temp_fail, path_ + ": changed although it was locked");
  const AsOwner as_owner(folder_.status());
  if (::rename(aside_.c_str(), at().c_str()) != 0) return os_failure(path_, errno);
  aside_.clear();
  auto synced = sync_folder(folder_of(at()));
  const auto rescued = rescue_late();
  return synced ? rescued : synced;
}

// What stands in the old file behind size_ is moved on; false while its writer holds it.
Result<bool> MboxSwap::take_late() {
  const int old = locked_.file.get();
  if (!try_fcntl_lock(old)) return false;
  struct stat now {};
  const bool has_more = ::fstat(old, &now) == 0 && static_cast<std::uint64_t>(now.st_size) > size_;
  auto late = has_more ? read(size_, static_cast<std::size_t>(now.st_size) - size_)
                       : Result<std::string>(std::string());
  drop_fcntl_lock(old);
  if (!late) return late.failure();
  if (late->empty()) return true;
  const auto fresh = open_locked(at(), O_RDWR | O_APPEND, wish_.patience, wish_.flock);
  if (!fresh) return readable(fresh.error());
  if (auto done = append_message(fresh->file.get(), path_, *late); !done) return done.failure();
  if (::fsync(fresh->file.get()) != 0) return os_failure(path_, errno);
  size_ += late->size();
  return true;
}

Result<void> MboxSwap::rescue_late() {
  { const MboxLock let_go = std::move(locked_.lock); }
  if (wish_.flock == Flock::take) static_cast<void>(::flock(locked_.file.get(), LOCK_UN));
  drop_fcntl_lock(locked_.file.get());
  const auto until = std::chrono::steady_clock::now() + kLinger;
  for (;;) {
    const bool is_last =
        is_ours_alone(locked_.file.get()) || std::chrono::steady_clock::now() > until;
    const auto taken = take_late();
    if (!taken) return taken.failure();
    if (is_last) return {};
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace unsent
