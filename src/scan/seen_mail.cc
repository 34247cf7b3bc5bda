// SPDX-License-Identifier: MIT
#include "scan/seen_mail.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "base/field_line.h"
#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "mailbox/bytes_at.h"
#include "mailbox/from_line.h"
#include "mailbox/listing.h"
#include "store/content_hash.h"

namespace unsent {
namespace {

constexpr std::size_t kFromAndField = 1200;
constexpr std::size_t kMaxHeader = std::size_t{64} << 10U;
constexpr std::size_t kPiece = std::size_t{1} << 20U;

std::string stamp_of(const struct stat& status) {
  return fmt::format("{}.{:09}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

bool contains(const std::vector<std::uint64_t>& sorted, std::uint64_t key) {
  return std::binary_search(sorted.begin(), sorted.end(), key);
}

// "s", "u": seen, and seen but not told.
std::string line_of(char mark, std::uint64_t key) { return fmt::format("{}{:016x}\n", mark, key); }

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_in_maildir(const std::string& folder) {
  const std::string name = folder.substr(folder.rfind('/') + 1);
  if (name != "cur" && name != "new") return false;
  return is_folder(folder_of(folder) + "/cur") && is_folder(folder_of(folder) + "/new");
}

// A Maildir's message keeps its base name for ever, and no other is given it (tagging changes
// the size behind it); names elsewhere are given out again.
std::uint64_t key_of(const std::string& path, const struct stat& status, bool is_maildir) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::string text =
      is_maildir
          ? digest(name.substr(0, std::min({name.find(":2,"), name.find(",S="), name.find(",W=")})))
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
bool was_whole(int fd, const Place& place) {
  const std::string before = bytes_at(fd, place.next - std::min<std::uint64_t>(place.next, 4), 4);
  const bool is_gap = before.ends_with("\n\n") || before.ends_with("\r\n\r\n");
  return is_gap && begins_message(bytes_at(fd, place.next, kFromAndField), After::empty_line) &&
         !has_length(fd, place.last);
}

// Mail is acted on by this: a file that has taken the mailbox's place, or was written to without
// growing, is read anew although its place is the same.
bool is_what_it_was(const MboxNote& note, const struct stat& status, int fd) {
  const bool is_all = static_cast<std::uint64_t>(status.st_size) == note.place.next;
  if (note.inode != status.st_ino || (is_all && stamp_of(status) != note.modified)) return false;
  return is_still(note.place, fd);
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

void SeenMail::read_believed(const std::string& path,
                             const std::function<void(std::string_view)>& take) {
  if (!read_note(path, take)) damaged_.push_back(path);
}

std::optional<std::size_t> SeenMail::Keys::find(std::uint64_t key) const {
  const auto found = std::lower_bound(keys.begin(), keys.end(), key);
  if (found == keys.end() || *found != key) return std::nullopt;
  return static_cast<std::size_t>(found - keys.begin());
}

// False: not known, or not what it was.
bool SeenMail::start_of_mbox(const struct stat& status, int fd, Start& start) {
  MboxNote note;
  read_believed(note_of("mbox", real_), [&](std::string_view line) { decode_note(line, note); });
  if (!is_what_it_was(note, status, fd)) return false;
  const Place& place = note.place;
  const bool is_all = static_cast<std::uint64_t>(status.st_size) == place.next;
  start.offset = is_all || was_whole(fd, place) ? place.next : place.last;
  if (!is_all && !looks_like_mbox(bytes_at(fd, start.offset, kFromAndField))) return false;
  std::erase_if(note.unverified,
                [&](const SeenMessage& message) { return message.offset >= start.offset; });
  if (note.ledger != ledger_) {
    if (!are_there(note.unverified, place.next, fd)) return false;
    start.again = std::exchange(note.unverified, {});
  }
  note.modified = opened_.note.modified;
  mboxes_[real_] = {note, PlaceKeeper(fd, place)};
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
    opened_ = {{status.st_ino, stamp_of(status), {}, {}, {}}, PlaceKeeper(fd)};
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
  const std::string same = encode_fields({ledger_});
  bool is_first = true;
  read_believed(note_of("folder", at->first), [&](std::string_view line) {
    if (std::exchange(is_first, false)) folder.is_same_ledger = line == trim(same);
    std::uint64_t key = 0;
    if (line.size() != 17) return;
    std::from_chars(line.data() + 1, line.data() + 17, key, 16);
    (line[0] == 'u' ? folder.unverified : folder.seen).keys.push_back(key);
  });
  folder.seen.are_there.resize(folder.seen.keys.size());
  folder.unverified.are_there.resize(folder.unverified.keys.size());
  return folder;
}

bool SeenMail::has_file(const File& file) {
  Folder& folder = *file.folder;
  if (const auto unverified = folder.unverified.find(file.key)) {
    folder.unverified.are_there[*unverified] = folder.is_same_ledger;
    return folder.is_same_ledger;
  }
  const auto seen = folder.seen.find(file.key);
  if (seen) folder.seen.are_there[*seen] = true;
  return seen.has_value();
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
  mbox.keeper.has_read(stored.offset, stored.size, stored.bytes);
}

void SeenMail::has_judged(const StoredMessage& stored, bool is_unverified,
                          const std::string& digest) {
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
  mbox->second.note.unverified.push_back(
      {stored.offset, stored.size, digest.empty() ? std::string("-") : digest});
}

// The lock is gone: only if nobody has changed it since, it is known what was read of it.
void SeenMail::rewritten(const MboxRecord& record) {
  const auto found = mboxes_.find(record.path);
  if (found == mboxes_.end()) return;
  const auto opened = open_file(record.path, O_RDONLY);
  const int file = opened ? opened->get() : -1;
  struct stat status {};
  const bool is_ours =
      opened && ::fstat(file, &status) == 0 && hash_of(file, record.new_size) == record.new_hash;
  MboxNote& note = found->second.note;
  const Place before = found->second.keeper.place();
  found->second.keeper = {};
  if (!is_ours || !before.is_known()) return;
  note.inode = status.st_ino;
  note.modified = stamp_of(status);
  note.unverified = moved(record, note.unverified, file);
  found->second.keeper = PlaceKeeper(
      file, mbox_place_at(file, moved(record, before.last), moved(record, before.next)));
}

Result<void> SeenMail::save_mbox(const std::string& path, const Mbox& mbox) const {
  MboxNote noted = mbox.note;
  noted.place = mbox.keeper.place();
  noted.ledger = ledger_;
  const std::string path_of_note = note_of("mbox", path);
  if (!noted.place.is_known() && ::access(path_of_note.c_str(), F_OK) != 0) return {};
  auto note = NoteWriter::begin(path_of_note);
  if (!note) return note.failure();
  if (auto done = note->add(encode_note(noted)); !done) return done;
  return note->finish();
}

// Those that are there still and the fresh ones, in order.
Result<void> SeenMail::add_keys(NoteWriter& note, char mark, const Keys& before,
                                const std::vector<std::uint64_t>& fresh) {
  auto next = fresh.begin();
  for (std::size_t i = 0; i < before.keys.size(); ++i) {
    if (!before.are_there[i]) continue;
    for (; next != fresh.end() && *next < before.keys[i]; ++next)
      if (auto done = note.add(line_of(mark, *next)); !done) return done;
    if (auto done = note.add(line_of(mark, before.keys[i])); !done) return done;
  }
  for (; next != fresh.end(); ++next)
    if (auto done = note.add(line_of(mark, *next)); !done) return done;
  return {};
}

Result<void> SeenMail::save_folder(const std::string& path, Folder& folder) const {
  auto& seen = folder.now_seen;
  auto& unverified = folder.now_unverified;
  std::sort(seen.begin(), seen.end());
  std::sort(unverified.begin(), unverified.end());
  std::erase_if(unverified, [&](std::uint64_t key) { return !contains(seen, key); });
  std::erase_if(seen, [&](std::uint64_t key) { return contains(unverified, key); });
  const std::string name = note_of("folder", path);
  const bool is_empty = seen.empty() && unverified.empty();
  if (is_empty && ::access(name.c_str(), F_OK) != 0) return {};
  auto note = NoteWriter::begin(name);
  if (!note) return note.failure();
  auto done = note->add(encode_fields({ledger_}));
  if (done) done = add_keys(*note, 'u', folder.unverified, unverified);
  if (done) done = add_keys(*note, 's', folder.seen, seen);
  return done ? note->finish() : done;
}

Result<void> SeenMail::save() {
  for (const auto& [path, mbox] : mboxes_)
    if (auto done = save_mbox(path, mbox); !done) return done;
  for (auto& [path, folder] : folders_)
    if (auto done = save_folder(path, folder); !done) return done;
  return sync_folder(folder_);
}

}  // namespace unsent
