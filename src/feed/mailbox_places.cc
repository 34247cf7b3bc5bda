// SPDX-License-Identifier: MIT
#include "feed/mailbox_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/text.h"
#include "feed/log_run.h"
#include "ledger/rows.h"
#include "mailbox/bytes_at.h"

namespace unsent {
namespace {

constexpr std::size_t kFromLine = 5;
constexpr std::size_t kDigits = 16;  // of a file in the state of its folder

// Without Maildir's flags, which change as the mail is read.
std::uint64_t file_hash(const std::string& path, const struct stat& status) {
  const std::string name = std::filesystem::path(path).filename().string();
  return static_cast<std::uint64_t>(
      hash_of_id(fmt::format("{} {} {} {}.{}", name.substr(0, name.find(":2,")), status.st_ino,
                             status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec)));
}

// ".../cur/1793610861.M1P1.desk:2,DS"
bool is_draft_file(const std::string& path) {
  const std::size_t flags = path.rfind(":2,");
  return flags != path.npos && path.find_first_of("/D", flags) != path.npos &&
         path.find('/', flags) == path.npos;
}

bool is_from_line(std::string_view text) { return text.starts_with("From "); }

std::int64_t mbox_key(const std::string& path) { return hash_of_id("mbox " + path); }

std::unordered_set<std::uint64_t> files_in(std::string_view state) {
  std::unordered_set<std::uint64_t> files;
  for (; state.size() >= kDigits; state.remove_prefix(kDigits)) {
    std::uint64_t file = 0;
    std::from_chars(state.data(), state.data() + kDigits, file, 16);
    files.insert(file);
  }
  return files;
}

}  // namespace

bool is_draft(const StoredMessage& stored, const Message& message) {
  if (stored.kind == MailboxKind::mbox)  // as IMAP servers write it
    return message.headers().text("X-Status").find('T') != std::string::npos;
  return is_draft_file(stored.path);
}

MailboxPlaces::MailboxPlaces(const std::string& path, bool again, Import& import)
    : import_(import), is_again_(again) {
  std::error_code ignored;
  is_folder_ = std::filesystem::is_directory(path, ignored);
}

std::optional<MailboxPlaces::KnownMbox> MailboxPlaces::known_mbox(const std::string& path) {
  const auto feed = import_.ledger().find_feed(mbox_key(path));
  if (!feed || !*feed) return std::nullopt;
  const auto words = split((*feed)->state, ' ');  // "12 HEAD TAIL"
  if (words.size() != 3) return std::nullopt;
  KnownMbox mbox{
      {(*feed)->last_start, (*feed)->next_start, std::string(words[1]), std::string(words[2])}};
  std::from_chars(words[0].data(), words[0].data() + words[0].size(), mbox.before);
  return mbox;
}

// The last message is read once more: it may not have been whole.
std::uint64_t MailboxPlaces::mbox_place(const std::string& name, int fd) {
  opened_name_ = name;
  opened_ = {PlaceKeeper(fd), 0};
  const auto known = is_again_ ? std::nullopt : known_mbox(log_name(name));
  if (!known || !is_still(known->place, fd)) return 0;
  if (!is_from_line(bytes_at(fd, known->place.last, kFromLine))) return 0;
  passed_over_ += known->before;
  // has_read counts the last one again
  mboxes_[name] = {PlaceKeeper(fd, known->place), known->before - 1};
  return known->place.last;
}

MailboxPlaces::Folder& MailboxPlaces::folder_at(const std::string& path) {
  if (const auto known = folders_.find(path); known != folders_.end()) return known->second;
  Folder& folder = folders_[path];
  folder.key = hash_of_id("folder " + path);
  if (const auto feed = import_.ledger().find_feed(folder.key); feed && *feed)
    folder.known = files_in((*feed)->state);
  return folder;
}

std::uint64_t MailboxPlaces::read_before(const std::string& name, const struct stat& status,
                                         int fd) {
  const std::string path = log_name(name);
  opened_folder_ = nullptr;
  opened_name_ = name;
  if (is_draft_file(path)) return 0;  // it may be sent yet
  if (is_folder_) {
    Folder& folder = folder_at(std::filesystem::path(path).parent_path().string());
    const std::uint64_t file = file_hash(path, status);
    folder.present.insert(file);
    opened_folder_ = &folder;
    opened_file_ = file;
    if (!is_again_ && folder.known.count(file) > 0) {
      const auto mbox = is_from_line(bytes_at(fd, 0, kFromLine)) ? known_mbox(path) : std::nullopt;
      passed_over_ += mbox ? mbox->before + 1 : 1;
      return static_cast<std::uint64_t>(status.st_size);
    }
  }
  return mbox_place(name, fd);
}

void MailboxPlaces::has_read(const StoredMessage& message) {
  if (!is_from_line(message.bytes)) return;
  const auto [mbox, is_new] =
      mboxes_.try_emplace(message.path, message.path == opened_name_ ? opened_ : Mbox());
  mbox->second.before += is_new ? 0 : 1;
  mbox->second.keeper.has_read(message.offset, message.size, message.bytes);
}

void MailboxPlaces::forget_last() {
  forgotten_.insert(opened_name_);
  if (opened_folder_ != nullptr) opened_folder_->present.erase(opened_file_);
}

Result<void> MailboxPlaces::save() {
  Feed feed;
  feed.last_read = import_.now();
  for (const auto& [path, folder] : folders_) {
    feed.first_line = folder.key;
    feed.path = path;
    feed.state.clear();
    for (const std::uint64_t file : folder.present) feed.state += fmt::format("{:016x}", file);
    if (auto saved = import_.save_feed(feed); !saved) return saved;
  }
  for (const auto& [name, mbox] : mboxes_) {
    const Place place = mbox.keeper.place();
    if (!place.is_known() || forgotten_.count(name) > 0) continue;
    feed.path = log_name(name);
    feed.first_line = mbox_key(feed.path);
    feed.last_start = place.last;
    feed.next_start = place.next;
    feed.state = fmt::format("{} {} {}", mbox.before, place.head, place.tail);
    if (auto saved = import_.save_feed(feed); !saved) return saved;
  }
  return {};
}

}  // namespace unsent
