// SPDX-License-Identifier: MIT
#include "mailbox/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/lines.h"

namespace unsent {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

enum class EntryType { file, folder, other };

EntryType type_of(int folder, const dirent& entry) {
  if (entry.d_type == DT_REG) return EntryType::file;
  if (entry.d_type == DT_DIR) return EntryType::folder;
  if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) return EntryType::other;
  struct stat status {};
  // A link that leads nowhere is listed as a file, so that its reader says so.
  if (::fstatat(folder, entry.d_name, &status, 0) != 0) return EntryType::file;
  if (S_ISREG(status.st_mode)) return EntryType::file;
  return S_ISDIR(status.st_mode) ? EntryType::folder : EntryType::other;
}

// Everything but "." and "..".
Result<Listing> read_folder(const std::string& path) {
  const std::unique_ptr<DIR, DirectoryCloser> directory(::opendir(path.c_str()));
  if (!directory) return os_failure(path, errno);
  Listing listing;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr && errno != 0) return os_failure(path, errno);
    if (entry == nullptr) return listing;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const EntryType type = type_of(::dirfd(directory.get()), *entry);
    if (type == EntryType::file) listing.files.emplace_back(name);
    if (type == EntryType::folder) listing.folders.emplace_back(name);
  }
}

bool is_number(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_digit);
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

MailboxKind kind_of(const Listing& all) {
  if (contains(all.folders, "cur") && contains(all.folders, "new")) return MailboxKind::maildir;
  if (contains(all.files, ".mh_sequences")) return MailboxKind::mh;
  bool has_number = false;
  for (const std::string& name : all.files) {
    if (is_number(name)) has_number = true;
    if (!is_number(name) && name.front() != '.' && name.front() != ',' && name.front() != '#')
      return MailboxKind::folder;
  }
  return has_number ? MailboxKind::mh : MailboxKind::folder;
}

// The digits at the start of name, without zeros in front: numbers compare by length first.
std::string_view leading_number(std::string_view name) {
  name = name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
  return name.substr(std::min(name.find_first_not_of('0'), name.size()));
}

bool is_before_by_number(const std::string& a, const std::string& b) {
  const std::string_view x = leading_number(a);
  const std::string_view y = leading_number(b);
  if (x.size() != y.size()) return x.size() < y.size();
  const int order = x.compare(y);
  return order != 0 ? order < 0 : a < b;
}

// "cur/1700000000.M5P6.host:2,S": by second of delivery, then microsecond, then name.
bool is_before_by_delivery(const std::string& a, const std::string& b) {
  const auto base = [](const std::string& name) { return std::string_view(name).substr(4); };
  const auto micros = [](std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot != name.npos && dot + 1 < name.size() && name[dot + 1] == 'M'
               ? leading_number(name.substr(dot + 2))
               : std::string_view();
  };
  const std::string_view x = base(a);
  const std::string_view y = base(b);
  for (const auto& [m, n] :
       {std::pair(leading_number(x), leading_number(y)), std::pair(micros(x), micros(y))}) {
    if (m.size() != n.size()) return m.size() < n.size();
    if (m != n) return m < n;
  }
  return x != y ? x < y : a < b;
}

// A Maildir's messages; its sub-folders are those of Maildir++.
Result<Listing> list_maildir(const std::string& path, const Listing& all) {
  Listing maildir;
  maildir.kind = MailboxKind::maildir;
  for (const std::string_view part : {"cur", "new"}) {
    const auto messages = read_folder(path + '/' + std::string(part));
    if (!messages) return messages.failure();
    for (const std::string& name : messages->files)
      if (name.front() != '.') maildir.files.push_back(std::string(part) + '/' + name);
  }
  std::sort(maildir.files.begin(), maildir.files.end(), is_before_by_delivery);
  for (const std::string& name : all.folders)
    if (name.front() == '.') maildir.folders.push_back(name);
  std::sort(maildir.folders.begin(), maildir.folders.end());
  return maildir;
}

}  // namespace

Result<Listing> list_folder(const std::string& path) {
  auto all = read_folder(path);
  if (!all) return all;
  all->kind = kind_of(*all);
  if (all->kind == MailboxKind::maildir) return list_maildir(path, *all);
  const bool is_mh = all->kind == MailboxKind::mh;
  std::erase_if(all->files, [&](const std::string& name) {
    return is_mh ? !is_number(name) : name.front() == '.';
  });
  std::erase_if(all->folders, [](const std::string& name) { return name.front() == '.'; });
  std::sort(all->folders.begin(), all->folders.end());
  if (is_mh)
    std::sort(all->files.begin(), all->files.end(), is_before_by_number);
  else
    std::sort(all->files.begin(), all->files.end());
  return all;
}

bool looks_like_mbox(std::string_view head) {
  while (!head.empty() && is_line_end(head.front())) head.remove_prefix(1);
  return head.substr(0, 5) == "From ";
}

bool looks_like_message(std::string_view head) {
  while (!head.empty() && is_line_end(head.front())) head.remove_prefix(1);
  if (head.empty()) return false;
  const std::string_view line = Lines(head).next().text;
  return line.substr(0, 5) == "From " || line.substr(0, 6) == ">From " ||
         field_name_length(line) > 0;
}

}  // namespace unsent
