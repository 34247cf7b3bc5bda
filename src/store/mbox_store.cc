// SPDX-License-Identifier: MIT
#include "store/mbox_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>

#include "base/digest.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "mailbox/bytes_at.h"
#include "store/mbox_lock.h"
#include "store/mbox_memory.h"
#include "store/mbox_swap.h"

namespace unsent {
namespace {

bool is_from_line(std::string_view line) {
  const std::size_t mark = line.find_first_not_of('>');
  return mark != line.npos && line.substr(mark, 5) == "From ";
}

// The message as it stands in the mbox.
std::string mbox_text(const Pieces& pieces, const std::string& from_line) {
  const std::string message = join(pieces);
  std::string text = from_line + '\n';
  text.reserve(text.size() + message.size() + 100);
  std::string_view rest = message;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    if (is_from_line(rest.substr(0, end))) text += '>';
    text += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  if (text.back() != '\n') text += '\n';
  return text + '\n';
}

// What is being written, and where: whole on the disk before the mbox is touched.
struct Journal {
  std::string path;  // "" if none is kept
  MboxMemory memory{""};

  // By the mbox itself, however it is named.
  Journal(const std::string& folder, const std::string& mbox) {
    if (folder.empty()) return;
    const auto real = real_path(mbox);
    path = folder + "/mbox-" + digest(real ? *real : mbox) + ".journal";
    memory = MboxMemory(path + ".delivered");
  }

  Result<void> write(std::string_view text) const { return replace_file(path, text); }

  // The message has been written there; without a key nothing need be known of it.
  Result<void> remember(std::string_view key, std::uint64_t offset, std::string_view text,
                        Time now) const {
    return key.empty() || path.empty() ? Result<void>() : memory.remember(key, offset, text, now);
  }
  bool knows(std::string_view key, int fd, std::string_view text, Time now) const {
    return !key.empty() && !path.empty() && memory.has(key, fd, text, now);
  }
};

std::uint64_t number_at(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::uint64_t size_of(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Result<void> cut(int fd, const std::string& path, std::uint64_t size) {
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return os_failure(path, errno);
  return {};
}

// Ends what a killed process had begun: its message is whole, and remembered, or the part
// of it that is the mbox's end is taken off. Anything else in its place is left alone.
Result<void> recover(int fd, const std::string& path, const Journal& journal, Time now) {
  if (journal.path.empty() || ::access(journal.path.c_str(), F_OK) != 0) return {};
  const auto note = read_file(journal.path);
  if (!note) return note.failure();
  const std::size_t line_end = note->find('\n');
  const std::size_t blank = note->find(' ');
  if (line_end == note->npos || blank > line_end) return {};
  const std::string_view text = std::string_view(*note).substr(line_end + 1);
  const std::uint64_t offset = number_at(std::string_view(*note).substr(blank + 1));
  const std::uint64_t size = size_of(fd);
  const std::string found = bytes_at(fd, offset, text.size());
  if (found == text) {
    const auto key = std::string_view(*note).substr(0, blank);
    if (auto done = journal.remember(key, offset, text, now); !done) return done;
  } else if (!found.empty() && offset + found.size() == size &&
             text.substr(0, found.size()) == found) {
    if (auto done = cut(fd, path, offset); !done) return done;
  }
  ::unlink(journal.path.c_str());
  return {};
}

// Takes off what was appended, unless it is told to keep it: also when memory runs out.
class Appending {
 public:
  explicit Appending(int fd) : fd_(fd), before_(size_of(fd)) {}
  Appending(const Appending&) = delete;
  Appending& operator=(const Appending&) = delete;
  ~Appending() {
    if (!is_kept_) static_cast<void>(undo());
  }
  bool undo() {
    is_kept_ = true;
    return ::ftruncate(fd_, static_cast<off_t>(before_)) == 0;
  }
  void keep() { is_kept_ = true; }

 private:
  int fd_;
  std::uint64_t before_;
  bool is_kept_ = false;
};

Result<void> append(int fd, const std::string& path, std::string_view text) {
  Appending appending(fd);
  auto written = write_all(fd, text, path);
  if (written) written = sync_file(fd, path);
  if (written) appending.keep();
  if (!written && !appending.undo()) return os_failure(path, errno);
  return written;
}

// A mailbox that does not end in an empty line gets one before the next message.
std::string lead_of(int fd) {
  const std::uint64_t size = size_of(fd);
  if (size == 0) return "";
  const std::string end = bytes_at(fd, size < 2 ? 0 : size - 2, 2);
  return end.back() != '\n' ? "\n\n" : end == "\n\n" || size == 1 ? "" : "\n";
}

}  // namespace

Result<Appended> append_to_mbox(const std::string& path, const Pieces& pieces,
                                const MboxOptions& options) {
  const auto locked = open_locked(path, O_RDWR | O_CREAT | O_APPEND, options.patience);
  if (!locked) return locked.failure();
  const int fd = locked->file.get();
  const Journal journal(options.journal_folder, path);
  if (auto done = recover(fd, path, journal, options.now); !done) return done.failure();
  const std::string message = mbox_text(pieces, options.from_line);
  if (journal.knows(options.key, fd, message, options.now)) return Appended::before;
  const std::string text = lead_of(fd) + message;
  const std::uint64_t offset = size_of(fd);
  if (!journal.path.empty()) {
    const std::string head = fmt::format("{} {}\n", options.key, offset);
    if (auto noted = journal.write(head + text); !noted) return noted.failure();
  }
  if (auto done = append(fd, path, text); !done) {
    ::unlink(journal.path.c_str());
    return done.failure();
  }
  // Not remembered, it stays in the journal, and the next delivery remembers it.
  if (journal.remember(options.key, offset, text, options.now) && !journal.path.empty())
    ::unlink(journal.path.c_str());
  return Appended::now;
}

Result<bool> is_in_mbox(const std::string& path, const Pieces& pieces, const MboxOptions& options) {
  if (options.key.empty() || ::access(path.c_str(), F_OK) != 0) return false;
  const auto locked = open_locked(path, O_RDWR | O_APPEND, options.patience);
  if (!locked) return locked.failure();
  const Journal journal(options.journal_folder, path);
  const int fd = locked->file.get();
  if (auto done = recover(fd, path, journal, options.now); !done) return done.failure();
  return journal.knows(options.key, fd, mbox_text(pieces, options.from_line), options.now);
}

std::string make_from_line(std::string_view sender, Time now) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(now - day);
  std::string word;
  for (const char c : sender)
    if (!is_space(c) && c > ' ') word += c;
  return fmt::format(
      "From {} {} {} {:>2} {:02}:{:02}:{:02} {}", word.empty() ? "MAILER-DAEMON" : word,
      kDays[std::chrono::weekday(day).c_encoding()],
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<unsigned>(date.day()),
      clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
      static_cast<int>(date.year()));
}

}  // namespace unsent
