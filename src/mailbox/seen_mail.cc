// SPDX-License-Identifier: MIT
#include "mailbox/seen_mail.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "mailbox/content_hash.h"
#include "mailbox/from_line.h"
#include "mailbox/listing.h"

namespace unsent {
namespace {

constexpr std::uint64_t kKnownBy = 1000;  // bytes at the beginning, and before the end
constexpr std::size_t kFromAndField = 1200;
constexpr std::size_t kMaxHeader = std::size_t{64} << 10U;
constexpr std::size_t kPiece = std::size_t{1} << 20U;

// Fewer where the file ends, or cannot be read.
std::string bytes_at(int fd, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const ssize_t count = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  bytes.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return bytes;
}

std::string stamp_of(const struct stat& status) {
  return fmt::format("{}.{:09}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

bool contains(const std::vector<std::uint64_t>& sorted, std::uint64_t key) {
  return std::binary_search(sorted.begin(), sorted.end(), key);
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_in_maildir(const std::string& folder) {
  const std::string name = folder.substr(folder.rfind('/') + 1);
  if (name != "cur" && name != "new") return false;
  return is_folder(folder_of(folder) + "/cur") && is_folder(folder_of(folder) + "/new");
}

// A Maildir's message keeps its base name for ever, and no other is given it; names
// elsewhere are given out again.
std::uint64_t key_of(const std::string& path, const struct stat& status, bool is_maildir) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string text =
      is_maildir ? digest(name.substr(0, name.find(":2,")))
                 : digest(name, fmt::format("{} {}", status.st_size, stamp_of(status)));
  std::uint64_t key = 0;
  std::from_chars(text.data(), text.data() + 16, key, 16);
  return key;
}

bool is_same(int fd, std::uint64_t offset, std::uint64_t size, const std::string& hash) {
  const std::string bytes = bytes_at(fd, offset, size);
  return bytes.size() == size && digest(bytes) == hash;
}

// A message that a length ends was perhaps cut where a line of its body looks like the next.
bool has_length(int fd, std::uint64_t offset) {
  const std::string text = bytes_at(fd, offset, kMaxHeader);
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) return false;
    if (starts_with_ignoring_case(line, "Content-Length:")) return true;
  }
  return true;
}

// Whether the last message was whole when it was read: else it is read again.
bool was_whole(int fd, const MboxPlace& place) {
  const std::string before = bytes_at(fd, place.end - std::min<std::uint64_t>(place.end, 4), 4);
  const bool is_gap = before.ends_with("\n\n") || before.ends_with("\r\n\r\n");
  return is_gap && begins_message(bytes_at(fd, place.end, kFromAndField), true, '\n') &&
         !has_length(fd, place.last);
}

bool is_what_it_was(const MboxPlace& place, const struct stat& status, int fd) {
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (place.end == 0 || place.inode != status.st_ino || size < place.end) return false;
  if (size == place.end && stamp_of(status) != place.modified) return false;
  if (place.last > place.end || place.head_size > kKnownBy || place.tail_size > kKnownBy ||
      place.tail_size > place.end)
    return false;
  return is_same(fd, 0, place.head_size, place.head) &&
         is_same(fd, place.end - place.tail_size, place.tail_size, place.tail);
}

bool are_there(const std::vector<SeenMessage>& messages, std::uint64_t end, int fd) {
  return std::all_of(messages.begin(), messages.end(), [&](const SeenMessage& message) {
    return message.size <= kMaxSeen && message.offset < end &&
           message.size <= end - message.offset &&
           is_same(fd, message.offset, message.size, message.digest);
  });
}

std::string hash_of(int fd, std::uint64_t size) {
  ContentHash hash;
  for (std::uint64_t at = 0; at < size;) {
    const std::string piece = bytes_at(fd, at, std::min<std::uint64_t>(kPiece, size - at));
    if (piece.empty()) return {};
    hash.add(piece);
    at += piece.size();
  }
  return hash.text();
}

std::uint64_t moved(const MboxRecord& record, std::uint64_t offset) {
  std::uint64_t to = offset;
  for (const MboxEdit& edit : record.edits)
    if (edit.offset < offset) to = to - edit.size + edit.now;
  return to;
}

// Where they are in the new file, which is open as fd; those that were taken out are gone.
std::vector<SeenMessage> moved(const MboxRecord& record, const std::vector<SeenMessage>& messages,
                               int fd) {
  std::vector<SeenMessage> now;
  auto edit = record.edits.begin();
  for (const SeenMessage& message : messages) {
    while (edit != record.edits.end() && edit->offset < message.offset) ++edit;
    SeenMessage there{moved(record, message.offset), message.size, message.digest};
    if (edit != record.edits.end() && edit->offset == message.offset) {
      if (edit->now == 0) continue;
      there.size = edit->now;
      there.digest = digest(bytes_at(fd, there.offset, there.size));
    }
    now.push_back(std::move(there));
  }
  return now;
}

}  // namespace

std::string SeenMail::note_of(const char* what, const std::string& real) const {
  return folder_ + '/' + what + '-' + digest(real);
}

std::string SeenMail::believed(const std::string& path) {
  Note note = read_note(path);
  if (note.is_damaged) damaged_.push_back(path);
  return std::move(note.text);
}

// False: not known, or not what it was.
bool SeenMail::start_of_mbox(const struct stat& status, int fd, Start& start) {
  MboxPlace place = decode_place(believed(note_of("mbox", real_)));
  if (!is_what_it_was(place, status, fd)) return false;
  const bool is_all = static_cast<std::uint64_t>(status.st_size) == place.end;
  start.offset = is_all || was_whole(fd, place) ? place.end : place.last;
  if (!is_all && !looks_like_mbox(bytes_at(fd, start.offset, kFromAndField))) return false;
  std::erase_if(place.unverified,
                [&](const SeenMessage& message) { return message.offset >= start.offset; });
  if (place.ledger != ledger_) {
    if (!are_there(place.unverified, place.end, fd)) return false;
    start.again = std::exchange(place.unverified, {});
  }
  Mbox& mbox = mboxes_[real_] = opened_;
  place.inode = opened_.place.inode;
  place.modified = opened_.place.modified;
  mbox.tail = bytes_at(fd, place.end - place.tail_size, place.tail_size);
  mbox.place = std::move(place);
  return true;
}

SeenMail::Start SeenMail::start_of(const std::string& path, const struct stat& status, int fd) {
  enter(folder_of(path));
  path_ = path;
  file_ = {last_, key_of(path, status, is_maildir_)};
  Start start;
  if (!is_maildir_) {
    const auto real = real_path(path);
    real_ = real ? *real : path;
    opened_.head = bytes_at(fd, 0, kKnownBy);
    opened_.place.inode = status.st_ino;
    opened_.place.modified = stamp_of(status);
    if (start_of_mbox(status, fd, start)) return start;
  }
  return {has_file(file_) ? static_cast<std::uint64_t>(status.st_size) : 0, {}};
}

void SeenMail::forget_last() {
  if (path_.empty()) return;
  if (!is_maildir_) mboxes_.erase(real_);
  std::erase(file_.folder->now_seen, file_.key);
}

void SeenMail::enter(const std::string& folder) {
  if (last_ != nullptr && folder == last_folder_) return;
  last_folder_ = folder;
  is_maildir_ = is_in_maildir(folder);
  last_ = &folder_at(is_maildir_ ? folder_of(folder) : folder);
}

SeenMail::Folder& SeenMail::folder_at(const std::string& path) {
  const auto real = real_path(path);
  const auto [at, is_new] = folders_.try_emplace(real ? *real : path);
  Folder& folder = at->second;
  if (!is_new) return folder;
  const std::string text = believed(note_of("folder", at->first));
  std::string_view rest = text;
  folder.is_same_ledger = take_line(rest) == trim(encode_fields({ledger_}));
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    std::uint64_t key = 0;
    if (line.size() < 17) continue;
    std::from_chars(line.data() + 1, line.data() + 17, key, 16);
    (line[0] == 'u' ? folder.unverified : folder.seen).push_back(key);
  }
  return folder;
}

bool SeenMail::has_file(const File& file) {
  Folder& folder = *file.folder;
  const bool is_unverified = contains(folder.unverified, file.key);
  if (is_unverified ? !folder.is_same_ledger : !contains(folder.seen, file.key)) return false;
  folder.now_seen.push_back(file.key);
  if (is_unverified) folder.now_unverified.push_back(file.key);
  return true;
}

void SeenMail::has_read(const StoredMessage& stored) {
  const bool is_known = stored.path == path_;  // a pipe is not
  if (stored.kind != MailboxKind::mbox || !stored.is_plain) {
    const File file = is_known ? file_ : File();
    to_judge_.push_back(file);
    if (file.folder == nullptr) return;
    auto& seen = file.folder->now_seen;
    if (seen.empty() || seen.back() != file.key) seen.push_back(file.key);
    return;
  }
  if (!is_known || is_maildir_) return;  // an mbox named there is read each time
  Mbox& mbox = mboxes_.try_emplace(real_, opened_).first->second;
  const bool is_whole = stored.size == stored.bytes.size();
  const std::size_t known_by = std::min<std::uint64_t>(stored.bytes.size(), kKnownBy);
  mbox.place.last = stored.offset;
  mbox.place.end = is_whole ? stored.offset + stored.size : 0;
  mbox.tail = stored.bytes.substr(stored.bytes.size() - known_by);
}

void SeenMail::has_judged(const StoredMessage& stored, bool is_unverified) {
  if (stored.kind != MailboxKind::mbox || !stored.is_plain) {
    const File file = to_judge_.front();
    to_judge_.pop_front();
    if (is_unverified && file.folder != nullptr) file.folder->now_unverified.push_back(file.key);
    return;
  }
  if (!is_unverified) return;
  const auto real = real_path(stored.path);
  const auto mbox = mboxes_.find(real ? *real : stored.path);
  if (mbox == mboxes_.end()) return;
  // More than was read of it cannot be known again: its digest fits nothing.
  const bool is_whole = stored.size == stored.bytes.size();
  mbox->second.place.unverified.push_back(
      {stored.offset, stored.size, is_whole ? digest(stored.bytes) : std::string("-")});
}

// The lock is gone: only if nobody has changed it since, it is known what was read of it.
void SeenMail::rewritten(const MboxRecord& record) {
  const auto found = mboxes_.find(record.path);
  if (found == mboxes_.end()) return;
  const FileDescriptor file(::open(record.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  const bool is_ours = file.is_open() && ::fstat(file.get(), &status) == 0 &&
                       hash_of(file.get(), record.new_size) == record.new_hash;
  Mbox& mbox = found->second;
  MboxPlace& place = mbox.place;
  place.end = is_ours ? moved(record, place.end) : 0;
  if (place.end == 0) return;
  place.last = moved(record, place.last);
  place.inode = status.st_ino;
  place.modified = stamp_of(status);
  place.unverified = moved(record, place.unverified, file.get());
  const std::uint64_t known_by = std::min(place.end, kKnownBy);
  mbox.head = bytes_at(file.get(), 0, known_by);
  mbox.tail = bytes_at(file.get(), place.end - known_by, known_by);
}

Result<void> SeenMail::save() const {
  for (const auto& [path, mbox] : mboxes_) {
    MboxPlace place = mbox.place;
    const std::string head =
        mbox.head.substr(0, static_cast<std::size_t>(std::min(place.end, kKnownBy)));
    place.head_size = head.size();
    place.head = digest(head);
    place.tail_size = mbox.tail.size();
    place.tail = digest(mbox.tail);
    place.ledger = ledger_;
    const std::string note = note_of("mbox", path);
    if (place.end == 0 && ::access(note.c_str(), F_OK) != 0) continue;
    if (auto done = write_note(note, encode_place(place)); !done) return done;
  }
  for (const auto& [path, folder] : folders_) {
    auto keys = folder.now_seen;
    auto unverified = folder.now_unverified;
    std::sort(keys.begin(), keys.end());
    std::sort(unverified.begin(), unverified.end());
    const std::string note = note_of("folder", path);
    if (keys.empty() && ::access(note.c_str(), F_OK) != 0) continue;
    std::string text = encode_fields({ledger_});
    for (const std::uint64_t key : keys)
      text += fmt::format("{}{:016x}\n", contains(unverified, key) ? 'u' : 's', key);
    if (auto done = write_note(note, text); !done) return done;
  }
  return sync_folder(folder_);
}

}  // namespace unsent
