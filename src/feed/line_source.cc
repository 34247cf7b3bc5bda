// SPDX-License-Identifier: MIT
#include "feed/line_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace unsent {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr std::size_t kMostPeeked = std::size_t{64} << 10U;

}  // namespace

void LineSource::Closer::operator()(gzFile_s* file) const { ::gzclose_r(file); }

// zlib reads what is not compressed as it is.
Result<LineSource> LineSource::open(const std::string& path, std::size_t longest) {
  const bool is_input = path == "-";
  const int fd =
      is_input ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  const std::string name = is_input ? "standard input" : path;
  if (fd < 0) return os_failure(name, errno);
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(fd);
    return os_failure(name, EISDIR);
  }
  LineSource source;
  source.file_.reset(::gzdopen(fd, "rb"));
  if (!source.file_) {
    ::close(fd);
    return os_failure(name, ENOMEM);
  }
  ::gzbuffer(source.file_.get(), kChunk);
  source.path_ = name;
  source.longest_ = longest;
  return source;
}

Result<bool> LineSource::fill() {
  if (is_at_end_) return false;
  buffer_.erase(0, used_);
  used_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kChunk);
  errno = 0;
  const int count = ::gzread(file_.get(), buffer_.data() + kept, static_cast<unsigned>(kChunk));
  buffer_.resize(kept + static_cast<std::size_t>(std::max(count, 0)));
  if (count > 0) return true;
  is_at_end_ = true;
  int code = Z_OK;
  const char* text = ::gzerror(file_.get(), &code);
  if (code == Z_OK || code == Z_STREAM_END) return false;
  if (code == Z_ERRNO) return os_failure(path_, errno);
  return fail(ErrorCode::data, path_ + ": damaged: " + text, "what stands before was read");
}

Result<std::string_view> LineSource::peek(std::size_t wanted) {
  while (buffer_.size() - used_ < std::min(wanted, kMostPeeked)) {
    const auto filled = fill();
    if (!filled) return filled.failure();
    if (!*filled) break;
  }
  return std::string_view(buffer_).substr(used_, kMostPeeked);
}

// Of a line beyond the limit the beginning stays in the buffer, the rest is dropped
// chunk by chunk.
Result<bool> LineSource::next(SourceLine& line) {
  line = {};
  line.start = offset_;
  std::size_t searched = 0;
  std::uint64_t dropped = 0;
  std::size_t end = std::string::npos;
  for (;;) {
    end = buffer_.find('\n', used_ + searched);
    if (end != std::string::npos) break;
    searched = buffer_.size() - used_;
    if (searched > longest_) {
      dropped += searched - longest_;
      buffer_.resize(used_ + longest_);
      searched = longest_;
    }
    const auto filled = fill();
    if (!filled) return filled.failure();
    if (!*filled) break;
  }
  line.is_torn = end == std::string::npos;
  std::string_view text = std::string_view(buffer_).substr(used_, line.is_torn ? end : end - used_);
  if (line.is_torn && text.empty()) return false;
  used_ += text.size() + (line.is_torn ? 0 : 1);
  offset_ += text.size() + dropped + (line.is_torn ? 0 : 1);
  line.end = offset_;
  line.is_cut = dropped > 0 || text.size() > longest_;
  text = text.substr(0, longest_);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  line.text = text;
  return true;
}

Result<bool> LineSource::seek(std::uint64_t offset) {
  if (offset >= offset_ && offset - offset_ <= buffer_.size() - used_) {
    used_ += static_cast<std::size_t>(offset - offset_);
    offset_ = offset;
    return true;
  }
  buffer_.clear();
  used_ = 0;
  is_at_end_ = false;
  if (::gzseek(file_.get(), static_cast<z_off_t>(offset), SEEK_SET) < 0) return false;
  offset_ = offset;
  const auto there = peek(1);
  if (!there) return there.failure();
  return !there->empty();
}

}  // namespace unsent
