// SPDX-License-Identifier: MIT
#include "base/file_lines.h"

#include <unistd.h>

#include <cerrno>

namespace unsent {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10U;

}  // namespace

bool FileLines::fill() {
  used_ = 0;
  buffer_.resize(kPiece);
  ssize_t count = -1;
  do {
    count = ::read(file_.get(), buffer_.data(), buffer_.size());
  } while (count < 0 && errno == EINTR);
  buffer_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return count > 0;
}

bool FileLines::next(std::string& line) {
  line.clear();
  while (used_ < buffer_.size() || fill()) {
    const std::size_t end = buffer_.find('\n', used_);
    line.append(buffer_, used_, end == buffer_.npos ? end : end - used_);
    used_ = end == buffer_.npos ? buffer_.size() : end + 1;
    if (end != buffer_.npos) return true;
  }
  return !line.empty();
}

}  // namespace unsent
