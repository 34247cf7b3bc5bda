// SPDX-License-Identifier: MIT
// A file that takes its name only when it is whole: written aside in the same folder, synced,
// renamed. Until then what bore the name stays as it was.
#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

class NewFile {
 public:
  // Makes the file aside, mode 0666 less the umask. A path that holds something other than a
  // regular file (a folder, a device) is an error.
  static Result<NewFile> make(const std::string& path);
  NewFile(NewFile&& other) noexcept = default;
  NewFile& operator=(NewFile&& other) = delete;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  // Takes away what was written unless it was finished.
  ~NewFile();

  // Gathers text; an error comes up now or at finish().
  void text(std::string_view text);
  Result<void> finish();

 private:
  NewFile(std::string path, std::string aside, FileDescriptor file)
      : path_(std::move(path)), aside_(std::move(aside)), file_(std::move(file)) {}
  void flush();

  std::string path_;
  std::string aside_;
  FileDescriptor file_;  // closed: moved from, or finished
  std::string buffer_;
  Result<void> written_;  // the first error
};

}  // namespace unsent
