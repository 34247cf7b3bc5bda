// SPDX-License-Identifier: MIT
#include "store/mbox_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <thread>

#include "base/open.h"

namespace unsent {
namespace {

constexpr std::chrono::milliseconds kPause{50};
constexpr std::time_t kStaleAfter = 300;  // seconds, as most mail programs have it

std::string host_name() {
  char host[256] = "localhost";
  static_cast<void>(::gethostname(host, sizeof host - 1));
  return host;
}

bool set_fcntl(int fd, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd, F_SETLK, &lock) == 0;
}

// No one can tell it before, and put something of that name into a shared folder.
std::uint64_t chance() {
  std::uint64_t number = 0;
  static_cast<void>(::getrandom(&number, sizeof number, GRND_NONBLOCK));
  return number;
}

enum class Dot { taken, busy, impossible };

// Made under a name of its own and linked, which is atomic over NFS too.
Dot take_dot(const std::string& dot) {
  const std::string own = fmt::format("{}.{}.{}.{:x}", dot, host_name(), ::getpid(), chance());
  const auto file = open_file(own, O_WRONLY | O_CREAT | O_EXCL, Owner::anybody, 0444);
  if (!file) return Dot::impossible;
  const std::string text = fmt::format("{} {}\n", ::getpid(), host_name());
  const bool is_written = write_all(file->get(), text, own).has_value();
  const bool is_linked = is_written && ::link(own.c_str(), dot.c_str()) == 0;
  const int error_number = errno;
  ::unlink(own.c_str());
  if (is_linked) return Dot::taken;
  return is_written && error_number == EEXIST ? Dot::busy : Dot::impossible;
}

// No program's lock: something else than a file or, where anybody may make files, made by
// somebody who is neither the mbox's owner nor root. It would keep mail out for as long as he
// likes.
bool is_planted(const std::string& dot, int mbox) {
  struct stat lock {};
  struct stat folder {};
  struct stat mailbox {};
  if (::lstat(dot.c_str(), &lock) != 0) return false;
  if (!S_ISREG(lock.st_mode)) return true;
  if (is_ours(lock) || ::fstat(mbox, &mailbox) != 0 || lock.st_uid == mailbox.st_uid) return false;
  return ::stat(folder_of(dot).c_str(), &folder) == 0 && (folder.st_mode & S_IWOTH) != 0;
}

// Left by a process of ours on this host that is gone, or old. Asked with the fcntl lock
// held, so that of our own kind only one takes it away.
bool is_stale(const std::string& dot) {
  struct stat status {};
  if (::stat(dot.c_str(), &status) != 0) return false;
  if (std::time(nullptr) - status.st_mtime > kStaleAfter) return true;
  const auto text = read_file(dot, 1000);
  if (!text) return false;
  const std::size_t blank = text->find(' ');
  if (blank == text->npos || text->substr(blank + 1) != host_name() + "\n") return false;
  const int pid = std::atoi(text->c_str());
  return pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
}

// The kernel's locks; both or none.
bool lock_file(int fd, Flock flock) {
  if (!set_fcntl(fd, F_WRLCK)) return false;
  if (flock == Flock::leave || ::flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  static_cast<void>(set_fcntl(fd, F_UNLCK));
  return false;
}

void unlock_file(int fd, Flock flock) {
  if (flock == Flock::take) static_cast<void>(::flock(fd, LOCK_UN));
  static_cast<void>(set_fcntl(fd, F_UNLCK));
}

bool is_at(int fd, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

}  // namespace

bool try_fcntl_lock(int fd) { return set_fcntl(fd, F_WRLCK); }
void drop_fcntl_lock(int fd) { static_cast<void>(set_fcntl(fd, F_UNLCK)); }

Result<MboxLock> MboxLock::take(int fd, const std::string& path, std::chrono::seconds patience,
                                Flock flock) {
  const std::string dot = path + ".lock";
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (lock_file(fd, flock)) {
      const Dot taken = take_dot(dot);
      if (taken == Dot::taken) return MboxLock(dot);
      if (taken == Dot::impossible || is_planted(dot, fd)) return MboxLock("");
      if (is_stale(dot) && ::unlink(dot.c_str()) == 0) continue;
      // Whoever holds the one may be waiting for the other.
      unlock_file(fd, flock);
    }
    if (std::chrono::steady_clock::now() > until)
      return fail(ErrorCode::temp_fail, path + ": locked by another program");
    std::this_thread::sleep_for(kPause);
  }
}

MboxLock::~MboxLock() {
  if (!dot_path_.empty()) ::unlink(dot_path_.c_str());
}

Result<LockedMbox> open_locked(const std::string& path, int flags, std::chrono::seconds patience,
                               Flock flock) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    auto file = open_file(path, flags);
    if (!file) return file.failure();
    auto lock = MboxLock::take(file->get(), path, patience, flock);
    if (!lock) return lock.failure();
    if (is_at(file->get(), path)) return LockedMbox{std::move(*file), std::move(*lock)};
  }
  return fail(ErrorCode::temp_fail, path + ": replaced again and again by another program");
}

}  // namespace unsent
