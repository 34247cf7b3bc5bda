// SPDX-License-Identifier: MIT
// The lines of a file, of a .gz file or of standard input, read in chunks: memory does
// not grow with the file, and a file that is shortened meanwhile only ends early. A file
// that grows can be read on from its end, as often as wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

struct gzFile_s;

namespace unsent {

struct SourceLine {
  std::string_view text;  // without its end; valid until the next line
  std::uint64_t start = 0;
  std::uint64_t end = 0;  // offset of the line behind it; uncompressed bytes
  bool is_cut = false;    // longer than the limit: text is its beginning
  bool is_torn = false;   // the file ends within it
};

class LineSource {
 public:
  // path "-" is standard input. Lines are given up to longest bytes.
  static Result<LineSource> open(const std::string& path, std::size_t longest);
  // Of what is still being written, and so not compressed: the end is only the end so far,
  // no line is torn, and nothing waits for a pipe that has nothing to say yet.
  static Result<LineSource> open_growing(const std::string& path, std::size_t longest);

  const std::string& path() const { return path_; }
  // What comes next, at least wanted bytes (at most 64 KiB) unless the file ends earlier.
  Result<std::string_view> peek(std::size_t wanted);
  // False at the end of the file. A damaged .gz is an error where the damage is.
  Result<bool> next(SourceLine& line);
  // Goes to that offset; false if the file is shorter.
  Result<bool> seek(std::uint64_t offset);
  // The writer of a growing pipe is gone. (A file may always grow.)
  bool has_ended() const { return has_ended_; }
  int descriptor() const { return growing_.get(); }  // of a growing file

 private:
  struct Closer {
    void operator()(gzFile_s* file) const;
  };
  // False at the end.
  Result<bool> fill();
  Result<bool> fill_packed();
  Result<bool> fill_growing();
  bool is_growing() const { return growing_.is_open(); }
  std::string_view rest() const { return {buffer_.get() + used_, filled_ - used_}; }
  // Room for a chunk behind what is in the buffer.
  char* make_room();

  std::unique_ptr<gzFile_s, Closer> file_;  // or
  FileDescriptor growing_;
  std::string path_;
  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0;      // of buffer_
  std::size_t filled_ = 0;    // of it
  std::size_t used_ = 0;      // of that: given out already
  std::uint64_t offset_ = 0;  // of buffer_[used_]
  std::size_t longest_ = 0;
  std::size_t searched_ = 0;   // behind used_: without the end of a line
  std::uint64_t dropped_ = 0;  // of the line there
  bool is_at_end_ = false;
  bool has_ended_ = false;
};

}  // namespace unsent
