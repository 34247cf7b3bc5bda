// SPDX-License-Identifier: MIT
#include "setup/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "base/text.h"

namespace unsent {
namespace {

constexpr std::size_t kUsualWidth = 80;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Terminal terminal_at(int fd) {
  Terminal terminal;
  if (::isatty(fd) == 0) return terminal;
  winsize size{};
  const bool is_known = ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  terminal.width = is_known ? size.ws_col : kUsualWidth;
  const std::string_view name = environment("TERM");
  terminal.is_dumb = name.empty() || name == "dumb";
  terminal.is_coloured = !terminal.is_dumb && environment("NO_COLOR").empty();
  return terminal;
}

}  // namespace

bool shows_blocks() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const std::string_view locale = environment(name); !locale.empty())
      return contains_ignoring_case(locale, "utf-8") || contains_ignoring_case(locale, "utf8");
  return false;
}

Terminal Terminal::of_output() { return terminal_at(STDOUT_FILENO); }
Terminal Terminal::of_errors() { return terminal_at(STDERR_FILENO); }

}  // namespace unsent
