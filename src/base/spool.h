// SPDX-License-Identifier: MIT
// A stream of unknown length, held so that it can be looked at twice: in memory up to a
// limit, beyond that in a file that has no name and goes with the process.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

class Spool {
 public:
  // Reads fd to its end. Where no file can be made in folder, or its disk is full, memory
  // holds the rest as well. name is for the error text.
  static Result<Spool> read(int fd, const std::string& name, std::size_t memory_limit,
                            const std::string& folder);

  // Valid as long as this object stays where it is.
  std::string_view bytes() const { return file_ ? file_->bytes() : std::string_view(memory_); }
  bool is_in_file() const { return file_.has_value(); }

 private:
  std::string memory_;
  std::optional<MappedFile> file_;
};

// $TMPDIR, or /tmp.
std::string temporary_folder();

}  // namespace unsent
