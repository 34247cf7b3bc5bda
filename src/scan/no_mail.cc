// SPDX-License-Identifier: MIT
#include "scan/no_mail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/open.h"
#include "base/text.h"
#include "setup/output.h"

namespace unsent {
namespace {

constexpr std::size_t kLooked = 4096;

std::string begin_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto file = open_file(path, O_RDONLY);
  if (!file) return {};
  std::string text(kLooked, '\0');
  const ssize_t count = ::read(file->get(), text.data(), text.size());
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

// "Name: value" (RFC 5322 2.2), or a From_ line, quoted or not.
bool may_begin_message(std::string_view line) {
  if (line.starts_with("From ") || line.starts_with(">From ")) return true;
  const std::size_t colon = line.find(':');
  return colon != line.npos && colon > 0 &&
         std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return c > ' ' && c < 0x7F; });
}

bool is_text(std::string_view bytes) {
  return std::none_of(bytes.begin(), bytes.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 && !is_space(c); });
}

}  // namespace

std::string why_no_mailbox(const std::string& path) {
  const std::string begin = begin_of(path);
  std::string_view rest = begin;
  if (trim(rest).empty() || !is_text(rest)) return {};
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (trim(line).empty()) continue;
    if (may_begin_message(line)) return {};
    break;
  }
  return path + ": is no mailbox: neither an mbox, nor a message with a header";
}

Result<void> NoMail::take(const Scanned& scanned) {
  if (empty_.empty()) return {};
  const std::string& path = scanned.stored.path;
  std::erase_if(empty_, [&](const std::string& named) {
    return path == named ||
           (path.starts_with(named) && (named.ends_with('/') || path[named.size()] == '/'));
  });
  return {};
}

Result<void> NoMail::finish(const ScanEnd& end) {
  if (end.is_interrupted) return {};
  for (const std::string& mailbox : empty_)
    if (::access(mailbox.c_str(), R_OK) == 0) complain(mailbox + ": there is no mail in it");
  return {};
}

}  // namespace unsent
