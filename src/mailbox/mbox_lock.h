// SPDX-License-Identifier: MIT
// The two locks of an mbox, held together: fcntl on the file and the file "mbox.lock".
#pragma once

#include <chrono>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

class MboxLock {
 public:
  // fd is the open mbox; closing any descriptor of that file gives the lock up. Where no
  // file can be made beside the mbox (a spool folder that is not ours), fcntl alone counts.
  static Result<MboxLock> take(int fd, const std::string& path, std::chrono::seconds patience);

  MboxLock(MboxLock&& other) noexcept : dot_path_(std::exchange(other.dot_path_, {})) {}
  MboxLock& operator=(MboxLock&&) = delete;
  MboxLock(const MboxLock&) = delete;
  MboxLock& operator=(const MboxLock&) = delete;
  ~MboxLock();

 private:
  explicit MboxLock(std::string dot_path) : dot_path_(std::move(dot_path)) {}
  std::string dot_path_;
};

}  // namespace unsent
