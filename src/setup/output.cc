// SPDX-License-Identifier: MIT
#include "setup/output.h"

#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "base/printable.h"

namespace unsent {
namespace {

// A name that holds a line end does not make two complaints of one.
std::string one_line(std::string_view text) {
  std::string line = printable_lines(text);
  std::replace(line.begin(), line.end(), '\r', ' ');
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace

Result<void> Output::painted(std::string_view text) { return writer_.add(text); }

Result<void> Output::text(std::string_view text) { return painted(printable_lines(text)); }

Result<void> Output::line(std::string_view text) { return painted(printable_lines(text) + '\n'); }

Result<void> Output::json(std::string_view object) {
  return painted(printable_json(object) + '\n');
}

Result<void> Output::flush() { return writer_.flush(); }

Result<int> Output::finish(int status) {
  if (auto flushed = flush(); !flushed) return flushed.failure();
  return status;
}

Result<int> print(std::string_view text, int status) {
  Output output;
  if (auto written = output.text(text); !written) return written.failure();
  return output.finish(status);
}

Result<int> print_json(std::string_view object) {
  Output output;
  if (auto written = output.json(object); !written) return written.failure();
  return output.finish();
}

// Of a service of systemd's the journal has the complaint already.
void warn(std::string_view text) {
  complain(text);
  if (std::getenv("JOURNAL_STREAM") == nullptr)
    ::syslog(LOG_MAIL | LOG_WARNING, "%s", one_line(text).c_str());
}

void complain(std::string_view text) {
  const std::string line = "unsent: " + one_line(text) + "\n";
  static_cast<void>(write_all(STDERR_FILENO, line, "standard error").has_value());
}

}  // namespace unsent
