// SPDX-License-Identifier: MIT
#include "app/mailbox_places.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "app/log_run.h"
#include "ledger/rows.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxFromLine = 1000;
constexpr std::size_t kDigits = 16;  // of a file in the state of its folder

std::string_view first_line(std::string_view text) {
  text = text.substr(0, kMaxFromLine);
  return text.substr(0, text.find_first_of("\r\n"));
}

std::string from_line_at(int fd, std::uint64_t offset) {
  std::string text(kMaxFromLine, '\0');
  const ssize_t count = ::pread(fd, text.data(), text.size(), static_cast<off_t>(offset));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return std::string(first_line(text));
}

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

bool is_from_line(std::string_view text) { return text.substr(0, 5) == "From "; }

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

MailboxPlaces::MailboxPlaces(const std::string& path, Import& import) : import_(import) {
  std::error_code ignored;
  is_folder_ = std::filesystem::is_directory(path, ignored);
}

std::optional<MailboxPlaces::Mbox> MailboxPlaces::known_mbox(const std::string& path) {
  const auto feed = import_.ledger().find_feed(mbox_key(path));
  if (!feed || !*feed) return std::nullopt;
  Mbox mbox{(*feed)->last_start, {}, 0};
  const std::string& state = (*feed)->state;  // "12 From alice Mon Nov 23 …"
  std::from_chars(state.data(), state.data() + state.size(), mbox.before);
  mbox.from_line = state.substr(std::min(state.find(' '), state.size() - 1) + 1);
  return mbox;
}

// The last message is read once more: it may not have been whole.
std::uint64_t MailboxPlaces::mbox_place(const std::string& name, const struct stat& status,
                                        int fd) {
  auto known = known_mbox(log_name(name));
  if (!known || known->last >= static_cast<std::uint64_t>(status.st_size)) return 0;
  const std::string line = from_line_at(fd, known->last);
  if (!is_from_line(line) || line != known->from_line) return 0;
  passed_over_ += known->before;
  const std::uint64_t last = known->last;
  --known->before;  // has_read counts it again
  mboxes_[name] = std::move(*known);
  return last;
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
  if (is_draft_file(path)) return 0;  // it may be sent yet
  if (is_folder_) {
    Folder& folder = folder_at(std::filesystem::path(path).parent_path().string());
    const std::uint64_t file = file_hash(path, status);
    folder.present.insert(file);
    if (folder.known.count(file) > 0) {
      const auto mbox = is_from_line(from_line_at(fd, 0)) ? known_mbox(path) : std::nullopt;
      passed_over_ += mbox ? mbox->before + 1 : 1;
      return static_cast<std::uint64_t>(status.st_size);
    }
  }
  return mbox_place(name, status, fd);
}

void MailboxPlaces::has_read(const StoredMessage& message) {
  if (!is_from_line(message.bytes)) return;
  const auto [mbox, is_new] = mboxes_.try_emplace(message.path);
  mbox->second.before += is_new ? 0 : 1;
  mbox->second.last = message.offset;
  mbox->second.from_line = first_line(message.bytes);
}

Result<void> MailboxPlaces::save() {
  SqliteLedger::Feed feed;
  feed.last_read = import_.now();
  for (const auto& [path, folder] : folders_) {
    feed.first_line = folder.key;
    feed.path = path;
    feed.state.clear();
    for (const std::uint64_t file : folder.present) feed.state += fmt::format("{:016x}", file);
    if (auto saved = import_.save_feed(feed); !saved) return saved;
  }
  for (const auto& [name, mbox] : mboxes_) {
    feed.path = log_name(name);
    feed.first_line = mbox_key(feed.path);
    feed.last_start = feed.next_start = mbox.last;
    feed.state = fmt::format("{} {}", mbox.before, mbox.from_line);
    if (auto saved = import_.save_feed(feed); !saved) return saved;
  }
  return {};
}

}  // namespace unsent
