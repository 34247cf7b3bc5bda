// SPDX-License-Identifier: MIT
// The locks of an mbox, held together: fcntl on the file and the file "mbox.lock", and
// flock where the site's programs use that.
#pragma once

#include <chrono>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

// Over NFS flock is fcntl by another name and then stands in its own way: only where asked.
enum class Flock { leave, take };

class MboxLock {
 public:
  // fd is the open mbox; closing any descriptor of that file gives the lock up. Where no
  // file can be made beside the mbox (a spool folder that is not ours), fcntl alone counts.
  static Result<MboxLock> take(int fd, const std::string& path, std::chrono::seconds patience,
                               Flock flock = Flock::leave);

  MboxLock(MboxLock&& other) noexcept : dot_path_(std::exchange(other.dot_path_, {})) {}
  MboxLock& operator=(MboxLock&&) = delete;
  MboxLock(const MboxLock&) = delete;
  MboxLock& operator=(const MboxLock&) = delete;
  ~MboxLock();

 private:
  explicit MboxLock(std::string dot_path) : dot_path_(std::move(dot_path)) {}
  std::string dot_path_;
};

// An mbox that is open and locked, and is still the one at path: another program may have
// put a new file in its place while we waited for the lock.
struct LockedMbox {
  FileDescriptor file;
  MboxLock lock;
};
Result<LockedMbox> open_locked(const std::string& path, int flags, std::chrono::seconds patience,
                               Flock flock = Flock::leave);

// One try for the fcntl lock; how to give it up.
bool try_fcntl_lock(int fd);
void drop_fcntl_lock(int fd);

}  // namespace unsent
