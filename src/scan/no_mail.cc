// SPDX-License-Identifier: MIT
#include "scan/no_mail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/open.h"
#include "base/text.h"
#include "mail/lines.h"
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

bool are_one(const std::string& a, const std::string& b) {
  struct stat x {};
  struct stat y {};
  return ::stat(a.c_str(), &x) == 0 && ::stat(b.c_str(), &y) == 0 && x.st_dev == y.st_dev &&
         x.st_ino == y.st_ino;
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
  std::string_view rest = without_mark(begin);
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
  const std::string& path = scanned.stored.path;
  if (const auto mbox = mboxes_.find(path); mbox != mboxes_.end()) {
    const bool is_first = mbox->second.messages++ == 0;
    if (is_first) mbox->second.may_hold_another = scanned.gist.may_hold_another;
  }
  if (empty_.empty()) return {};
  std::erase_if(empty_, [&](const std::string& named) {
    return path == named ||
           (path.starts_with(named) && (named.ends_with('/') || path[named.size()] == '/'));
  });
  return {};
}

// A mailbox that was named twice, once by a link, is read once.
bool NoMail::has_other_name(const std::string& mailbox) const {
  return std::any_of(mboxes_.begin(), mboxes_.end(), [&](const auto& named) {
    const bool is_empty = std::find(empty_.begin(), empty_.end(), named.first) != empty_.end();
    return !is_empty && are_one(named.first, mailbox);
  });
}

Result<void> NoMail::finish(const ScanEnd& end) {
  if (end.is_interrupted) return {};
  for (const std::string& mailbox : empty_)
    if (::access(mailbox.c_str(), R_OK) == 0 && !has_other_name(mailbox))
      complain(mailbox + ": there is no mail in it");
  for (const auto& [mailbox, found] : mboxes_)
    if (found.messages == 1 && found.may_hold_another)
      complain(mailbox +
               ": one message was found in it, within which a line looks like the begin "
               "of another: it may be a mailbox of a form that is not read");
  return {};
}

}  // namespace unsent
