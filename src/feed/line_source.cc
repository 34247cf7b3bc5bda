// SPDX-License-Identifier: MIT
#include "feed/line_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/open.h"

namespace unsent {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr std::size_t kMostPeeked = std::size_t{64} << 10U;

}  // namespace

void LineSource::Closer::operator()(gzFile_s* file) const { ::gzclose_r(file); }

namespace {

Result<FileDescriptor> standard_input(const std::string& name) {
  FileDescriptor file(::dup(STDIN_FILENO));
  struct stat status {};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return os_failure(name, errno);
  if (S_ISDIR(status.st_mode)) return os_failure(name, EISDIR);
  return file;
}

}  // namespace

// zlib reads what is not compressed as it is.
Result<LineSource> LineSource::open(const std::string& path, std::size_t longest) {
  LineSource source;
  source.path_ = path == "-" ? "standard input" : path;
  source.longest_ = longest;
  auto file = path == "-" ? standard_input(source.path_) : open_named(path);
  if (!file) return file.failure();
  source.file_.reset(::gzdopen(file->get(), "rb"));
  if (!source.file_) return os_failure(source.path_, ENOMEM);
  static_cast<void>(file->release());
  // Of what is not compressed zlib copies what is less than two of its buffers.
  ::gzbuffer(source.file_.get(), kChunk / 2);
  return source;
}

Result<LineSource> LineSource::open_growing(const std::string& path, std::size_t longest) {
  LineSource source;
  source.path_ = path == "-" ? "standard input" : path;
  source.longest_ = longest;
  auto file = path == "-" ? standard_input(source.path_) : open_file(path, O_RDONLY);
  if (!file) return file.failure();
  source.growing_ = std::move(*file);
  return source;
}

Result<bool> LineSource::fill() {
  if (is_at_end_) return false;
  return is_growing() ? fill_growing() : fill_packed();
}

char* LineSource::make_room() {
  const std::size_t kept = filled_ - used_;
  if (kept + kChunk > size_) {
    const std::size_t size = std::max(kept + kChunk, size_ * 2);
    std::unique_ptr<char[]> larger(new char[size]);
    if (kept > 0) std::memcpy(larger.get(), buffer_.get() + used_, kept);
    buffer_ = std::move(larger);
    size_ = size;
  } else if (used_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + used_, kept);
  }
  used_ = 0;
  filled_ = kept;
  return buffer_.get() + kept;
}

Result<bool> LineSource::fill_packed() {
  char* const room = make_room();
  errno = 0;
  const int count = ::gzread(file_.get(), room, static_cast<unsigned>(kChunk));
  filled_ += static_cast<std::size_t>(std::max(count, 0));
  if (count > 0) return true;
  is_at_end_ = true;
  int code = Z_OK;
  std::string_view text = ::gzerror(file_.get(), &code);
  if (code == Z_OK || code == Z_STREAM_END) return false;
  if (code == Z_ERRNO) return os_failure(path_, errno);
  if (const std::size_t end = text.find(": "); end != text.npos)  // of "<fd:6>: "
    text.remove_prefix(end + 2);
  return fail(ErrorCode::data, path_ + ": damaged: " + std::string(text),
              "what stands before was read");
}

Result<bool> LineSource::fill_growing() {
  pollfd input{growing_.get(), POLLIN, 0};
  if (::poll(&input, 1, 0) <= 0) return false;
  const ssize_t count = ::read(growing_.get(), make_room(), kChunk);
  const int error = errno;
  filled_ += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  if (count > 0) return true;
  if (count < 0) {
    if (error == EINTR || error == EAGAIN) return false;
    return os_failure(path_, error);
  }
  has_ended_ = ::lseek(growing_.get(), 0, SEEK_CUR) < 0;  // no file
  return false;
}

Result<std::string_view> LineSource::peek(std::size_t wanted) {
  while (rest().size() < std::min(wanted, kMostPeeked)) {
    const auto filled = fill();
    if (!filled) return filled.failure();
    if (!*filled) break;
  }
  return rest().substr(0, kMostPeeked);
}

// Of a line beyond the limit the beginning stays in the buffer, the rest is dropped
// chunk by chunk.
Result<bool> LineSource::next(SourceLine& line) {
  line = {};
  line.start = offset_;
  std::size_t end = std::string_view::npos;
  for (;;) {
    end = rest().find('\n', searched_);
    if (end != std::string_view::npos) break;
    searched_ = rest().size();
    if (searched_ > longest_) {
      dropped_ += searched_ - longest_;
      filled_ = used_ + longest_;
      searched_ = longest_;
    }
    const auto filled = fill();
    if (!filled) return filled.failure();
    if (!*filled) break;
  }
  line.is_torn = end == std::string_view::npos;
  if (line.is_torn && is_growing()) return false;  // the rest of it is still to be written
  std::string_view text = rest().substr(0, end);
  if (line.is_torn && text.empty()) return false;
  used_ += text.size() + (line.is_torn ? 0 : 1);
  offset_ += text.size() + dropped_ + (line.is_torn ? 0 : 1);
  line.end = offset_;
  line.is_cut = dropped_ > 0 || text.size() > longest_;
  searched_ = 0;
  dropped_ = 0;
  text = text.substr(0, longest_);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  line.text = text;
  return true;
}

Result<bool> LineSource::seek(std::uint64_t offset) {
  searched_ = 0;
  if (dropped_ == 0 && offset >= offset_ && offset - offset_ <= rest().size()) {
    used_ += static_cast<std::size_t>(offset - offset_);
    offset_ = offset;
    return true;
  }
  dropped_ = 0;
  filled_ = used_ = 0;
  is_at_end_ = false;
  const auto place = static_cast<off_t>(offset);
  const bool is_there = is_growing() ? ::lseek(growing_.get(), place, SEEK_SET) >= 0
                                     : ::gzseek(file_.get(), place, SEEK_SET) >= 0;
  if (!is_there) return false;
  offset_ = offset;
  const auto there = peek(1);
  if (!there) return there.failure();
  return !there->empty();
}

}  // namespace unsent
