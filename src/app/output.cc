// SPDX-License-Identifier: MIT
#include "app/output.h"

#include <syslog.h>
#include <unistd.h>

#include <cstdlib>

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

// Of a service of systemd's the journal has the complaint already.
void warn(std::string_view text) {
  complain(text);
  if (std::getenv("JOURNAL_STREAM") == nullptr)
    ::syslog(LOG_MAIL | LOG_WARNING, "%s", to_valid_utf8(text).c_str());
}

void complain(std::string_view text) {
  const std::string line = "unsent: " + to_valid_utf8(text) + "\n";
  static_cast<void>(write_all(STDERR_FILENO, line, "standard error").has_value());
}

}  // namespace unsent
