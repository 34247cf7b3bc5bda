// SPDX-License-Identifier: MIT
#include "acting/renamed_files.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/file.h"

namespace unsent {
namespace {

std::uint64_t hash_of(std::string_view base) { return std::hash<std::string_view>()(base); }

}  // namespace

std::string maildir_base(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find(':'));
}

std::string maildir_flags(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const std::size_t colon = name.find(':');
  return colon == name.npos ? "" : name.substr(colon);
}

std::string RenamedFiles::find(const std::string& path) {
  const std::string maildir = folder_of(folder_of(path));
  const std::string base = maildir_base(path);
  const auto [place, is_unread] = maildirs_.try_emplace(maildir);
  if (is_unread) place->second = read(maildir);
  std::string found = find_in(place->second, maildir, base);
  if (found.empty() || path_exists(found)) return found;
  place->second = read(maildir);  // renamed once more
  return find_in(place->second, maildir, base);
}

std::string RenamedFiles::find_in(const std::vector<Entry>& entries, const std::string& maildir,
                                  const std::string& base) const {
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), hash_of(base),
                       [](const Entry& e, std::uint64_t hash) { return e.base < hash; });
  if (found == entries.end() || found->base != hash_of(base)) return "";
  return maildir + (found->is_new ? "/new/" : "/cur/") + base + endings_[found->ending];
}

std::vector<RenamedFiles::Entry> RenamedFiles::read(const std::string& maildir) {
  std::vector<Entry> entries;
  for (const bool is_new : {true, false}) {
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(maildir + (is_new ? "/new" : "/cur"), none)) {
      const std::string name = entry.path().filename().string();
      const std::string base = maildir_base(name);
      entries.push_back({hash_of(base), number_of(name.substr(base.size())), is_new});
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.base < b.base; });
  return entries;
}

std::uint32_t RenamedFiles::number_of(const std::string& ending) {
  const auto [place, is_first] =
      numbers_.try_emplace(ending, static_cast<std::uint32_t>(endings_.size()));
  if (is_first) endings_.push_back(ending);
  return place->second;
}

}  // namespace unsent
