// SPDX-License-Identifier: MIT
#include "store/mbox_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/digest.h"
#include "base/field_line.h"
#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "base/whole_file.h"
#include "mailbox/bytes_at.h"
#include "mailbox/mailbox.h"
#include "mailbox/mbox_reader.h"
#include "mailbox/noted_fields.h"
#include "policy/annotate.h"

namespace unsent {
namespace {

constexpr seconds kKept{5 * 86400};                         // longer than any mail system tries
constexpr std::size_t kMostNoted = std::size_t{64} << 10U;  // that programs write into a header

// A line of the note: key, time, offset, size and digest of what was written.
struct Noted {
  Time when;
  std::uint64_t offset = 0;
  std::size_t size = 0;
  std::string_view digest;
};

std::optional<Noted> parse(std::string_view line) {
  const auto fields = split(line, ' ');
  if (fields.size() != 5) return std::nullopt;
  return Noted{Time(seconds(static_cast<std::int64_t>(to_number(fields[1])))), to_number(fields[2]),
               static_cast<std::size_t>(to_number(fields[3])), fields[4]};
}

std::string note_at(const std::string& path) {
  auto text = read_file(path);
  return text ? std::move(*text) : std::string();
}

// The file by pread: the place of its descriptor is that of whoever writes.
class Mbox : public ByteSource {
 public:
  explicit Mbox(int fd) : fd_(fd) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    const ssize_t count = ::pread(fd_, to, size, static_cast<off_t>(at_));
    if (count < 0) return os_failure("mbox", errno);
    at_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }
  std::optional<std::string> peek(std::uint64_t offset, std::size_t size) override {
    return bytes_at(fd_, offset, size);
  }

 private:
  int fd_;
  std::uint64_t at_ = 0;
};

// What is the same of a stored message however often it was delivered and read: all but the
// From_ line, our block, and the fields in which mail programs keep what they know of it.
std::string essence(std::string_view stored) {
  static const auto kLeftOut = [] {
    std::vector<std::string_view> names(kNotedFields.begin(), kNotedFields.end());
    names.insert(names.end(), {"X-Unsent-Verdict", "X-Unsent-Evidence", "Content-Length", "Lines"});
    return names;
  }();
  stored = trim(stored);
  if (stored.starts_with("From ")) stored.remove_prefix(std::min(stored.find('\n'), stored.size()));
  return digest(trim(put_fields(trim(stored), "", kLeftOut)));
}

bool stands_somewhere(int fd, std::string_view text) {
  Mbox mbox(fd);
  MboxReader reader(kMaxSeen);
  reader.start(mbox);
  const std::string wanted = essence(text);
  for (;;) {
    const auto piece = reader.next();
    if (!piece || !*piece) return false;
    const std::uint64_t more = std::max<std::uint64_t>((*piece)->size, text.size()) -
                               std::min<std::uint64_t>((*piece)->size, text.size());
    if (more < kMostNoted && essence((*piece)->bytes) == wanted) return true;
  }
}

}  // namespace

// Now and then, so that each line is copied once or twice in its life.
Result<void> MboxMemory::forget_old(Time now) const {
  const std::string note = note_at(path_);
  const auto first = parse(note.substr(0, note.find('\n')));
  if (first && first->when > now - 2 * kKept) return {};
  std::string kept;
  for (const std::string_view line : split(note, '\n')) {
    const auto delivered = parse(line);
    if (delivered && delivered->when > now - kKept) kept.append(line) += '\n';
  }
  if (kept.size() == note.size()) return {};
  return replace_file(path_, kept);
}

// Behind a line that a kill cut short a new one begins.
Result<void> MboxMemory::remember(std::string_view key, std::uint64_t offset, std::string_view text,
                                  Time now) const {
  if (auto done = forget_old(now); !done) return done;
  const auto file = open_file(path_, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW);
  if (!file) return file.failure();
  const std::string line = fmt::format("\n{} {} {} {} {}\n", key, now.time_since_epoch().count(),
                                       offset, text.size(), digest(text));
  if (auto done = write_all(file->get(), line, path_); !done) return done;
  return sync_file(file->get(), path_);
}

bool MboxMemory::has(std::string_view key, int fd, std::string_view text, Time now) const {
  const std::string note = note_at(path_);
  bool was_delivered = false;
  for (std::size_t at = note.find(key); at != note.npos; at = note.find(key, at + 1)) {
    const auto delivered = parse(std::string_view(note).substr(at, note.find('\n', at) - at));
    if (!delivered || delivered->when <= now - kKept) continue;
    const std::string there = bytes_at(fd, delivered->offset, delivered->size);
    if (there.size() == delivered->size && digest(there) == delivered->digest) return true;
    was_delivered = true;
  }
  return was_delivered && stands_somewhere(fd, text);
}

}  // namespace unsent
