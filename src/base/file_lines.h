// SPDX-License-Identifier: MIT
// The lines of a file that is open, one after the other, through one buffer.
#pragma once

#include <cstddef>
#include <string>

#include "base/file.h"

namespace unsent {

class FileLines {
 public:
  // Without a descriptor, and where reading fails, there are no more lines.
  explicit FileLines(FileDescriptor file) : file_(std::move(file)) {}

  // The next line without its end; false at the end of the file.
  bool next(std::string& line);

 private:
  bool fill();

  FileDescriptor file_;
  std::string buffer_;
  std::size_t used_ = 0;
};

}  // namespace unsent
