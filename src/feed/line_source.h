// SPDX-License-Identifier: MIT
// The lines of a file, of a .gz file or of standard input, read in chunks: memory does
// not grow with the file, and a file that is shortened meanwhile only ends early.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

  const std::string& path() const { return path_; }
  // What comes next, at least wanted bytes (at most 64 KiB) unless the file ends earlier.
  Result<std::string_view> peek(std::size_t wanted);
  // False at the end of the file. A damaged .gz is an error where the damage is.
  Result<bool> next(SourceLine& line);
  // Goes to that offset; false if the file is shorter.
  Result<bool> seek(std::uint64_t offset);

 private:
  struct Closer {
    void operator()(gzFile_s* file) const;
  };
  // False at the end.
  Result<bool> fill();

  std::unique_ptr<gzFile_s, Closer> file_;
  std::string path_;
  std::string buffer_;
  std::size_t used_ = 0;      // of buffer_, given out already
  std::uint64_t offset_ = 0;  // of buffer_[used_]
  std::size_t longest_ = 0;
  bool is_at_end_ = false;
};

}  // namespace unsent
