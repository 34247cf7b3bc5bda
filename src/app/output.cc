// SPDX-License-Identifier: MIT
#include "app/output.h"

#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

}  // namespace

Result<void> Output::text(std::string_view text) {
  buffer_ += text;
  return buffer_.size() < kPiece ? Result<void>() : flush();
}

Result<void> Output::line(std::string_view text) {
  buffer_ += text;
  return this->text("\n");
}

Result<void> Output::flush() {
  auto written = write_all(STDOUT_FILENO, buffer_, "standard output");
  buffer_.clear();
  return written;
}

void complain(std::string_view text) {
  const std::string line = "unsent: " + to_valid_utf8(text) + "\n";
  static_cast<void>(write_all(STDERR_FILENO, line, "standard error").has_value());
}

}  // namespace unsent
