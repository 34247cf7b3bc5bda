// SPDX-License-Identifier: MIT
#include "store/mbox_swap.h"

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

// What is aside, and the lock's file, go as they came.
MboxSwap::~MboxSwap() {
  if (!folder_.is_held()) return;  // moved from
  const AsOwner as_owner(folder_.status());
  out_.reset();
  { const MboxLock let_go = std::move(locked_.lock); }
}

Unexpected MboxSwap::readable(const Error& error) const { return readable_failure(folder_, error); }

Result<void> MboxSwap::readable(const Result<void>& done) const {
  return done ? done : Result<void>(readable(done.error()));
}

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
  const AsOwner as_owner(folder_.status());
  auto out = WholeFile::begin_at(at(), folder_.within(name_in(aside)));
  if (!out) return readable(out.error());
  out_.emplace(std::move(*out));
  return {};
}

Result<void> MboxSwap::write(std::string_view bytes) {
  hash_.add(bytes);
  written_ += bytes.size();
  last_ += bytes.substr(bytes.size() - std::min<std::size_t>(bytes.size(), 4));
  if (last_.size() > 4) last_.erase(0, last_.size() - 4);
  return readable(out_->add(bytes));
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
  if (auto done = out_->flush(); !done) return readable(done);
  struct stat old {};
  if (::fstat(locked_.file.get(), &old) != 0) return os_failure(path_, errno);
  copy_attributes(locked_.file.get(), out_->descriptor());
  if (auto made = make_like(out_->descriptor(), old, KeepOwner::surely, KeepTimes::yes, path_);
      !made)
    return made;
  return readable(out_->complete());
}

Result<void> MboxSwap::replace() {
  // The lock keeps honest programs out; whoever wrote all the same is not overwritten.
  struct stat now {};
  if (::fstat(locked_.file.get(), &now) != 0 || static_cast<std::uint64_t>(now.st_size) != size_)
    return fail(ErrorCode::temp_fail, path_ + ": changed although it was locked");
  const AsOwner as_owner(folder_.status());
  const auto replaced = readable(out_->finish());
  if (!out_->is_in_place()) return replaced;
  const auto rescued = rescue_late();
  return replaced ? rescued : replaced;
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
  if (auto done = sync_file(fresh->file.get(), path_); !done) return done.failure();
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
