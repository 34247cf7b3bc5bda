// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "acting/act_file.h"
#include "acting/move_file.h"
#include "base/field_line.h"
#include "base/file.h"
#include "base/held_folder.h"
#include "base/text.h"

namespace unsent {
namespace {

bool are_same(const std::string& a, const std::string& b) {
  const auto x = read_file(a);
  const auto y = read_file(b);
  return x && y && *x == *y;
}

// A name that is free: MH numbers are given out again.
std::string free_name(const std::string& path) {
  const std::string name = name_in(path);
  if (!path_exists(path)) return path;
  const std::string folder = folder_of(path);
  if (!std::all_of(name.begin(), name.end(), is_digit)) return path + ".restored";
  std::uint64_t most = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string other = entry.path().filename().string();
    if (std::all_of(other.begin(), other.end(), is_digit)) most = std::max(most, to_number(other));
  }
  return fmt::format("{}/{}", folder, most + 1);
}

// The files of an act on their way back.
class Undoing {
 public:
  explicit Undoing(const Act& act) : act_(act) {}

  // Moved back; never moved, or back already; or no longer there.
  enum class End { back, stays, gone };
  Result<End> undo(const FileMove& move) {
    if (act_.deed() != Deed::tag && !find(move.to).empty())
      if (auto made = held_.make(folder_of(move.from)); !made) return made.failure();
    const auto from = held_.within(move.from);
    if (!from) return from.failure();
    folders_.insert(folder_of(*from));
    auto undone = act_.deed() == Deed::tag ? undo_tag(move, *from) : undo_move(move, *from);
    if (!undone) return held_.readable(undone.error());
    return undone;
  }

  Result<void> sync() const {
    for (const std::string& folder : folders_)
      if (auto synced = sync_folder(folder); !synced) return held_.readable(synced.error());
    return {};
  }

 private:
  // The path of what was named so, wherever its flags have taken it; "" if it is gone.
  std::string find(const std::string& named) {
    const std::string at = held_.place(named);
    if (!at.empty() && path_exists(at)) return at;
    const std::string part = name_in(folder_of(named));
    const std::string moved = part == "cur" || part == "new" ? renamed_.find(named) : "";
    return moved.empty() ? moved : held_.place(moved);
  }

  Result<End> undo_move(const FileMove& move, const std::string& from) {
    const bool is_original_there = path_exists(from);
    const std::string now_at = find(move.to);
    if (now_at.empty()) return is_original_there ? End::stays : End::gone;
    if (is_original_there && are_same(from, now_at)) {
      ::unlink(now_at.c_str());  // killed between copy and removal
      return End::stays;
    }
    if (auto moved = move_file(now_at, free_name(from)); !moved) return moved.failure();
    return End::back;
  }

  // The original over the tagged message; then it gets its name again.
  Result<End> undo_tag(const FileMove& move, const std::string& from) {
    const std::string kept = held_.place(move.to);
    const bool is_kept = !kept.empty() && path_exists(kept);
    const std::string at = find_tagged(move, from);
    if (at.empty()) return is_kept ? End::gone : End::stays;
    if (is_kept)
      if (auto moved = move_over(kept, at); !moved) return moved.failure();
    if (move.tagged != move.from && maildir_base(at) == maildir_base(move.tagged))
      if (auto named =
              move_file(at, folder_of(at) + '/' + maildir_base(move.from) + maildir_flags(at));
          !named)
        return named.failure();
    return is_kept ? End::back : End::stays;
  }

  // Where the tagged message, or the original in its place, is by now; "" if it is gone.
  std::string find_tagged(const FileMove& move, const std::string& from) {
    const std::string tagged = folder_of(from) + '/' + name_in(move.tagged);
    for (const std::string& path : {tagged, from})
      if (path_exists(path)) return path;
    const std::string found = find(move.tagged);
    return found.empty() && move.tagged != move.from ? find(move.from) : found;
  }

  const Act& act_;
  HeldFolders held_;
  RenamedFiles renamed_;
  std::set<std::string> folders_;
};

}  // namespace

Result<FilesUndone> undo_files(const Act& act, std::vector<std::string>& problems) {
  Undoing undoing(act);
  FilesUndone files;
  for_each_move(act, [&](const FileMove& move) {
    const auto undone = undoing.undo(move);
    if (!undone) problems.push_back(undone.error().message);
    if (undone && *undone == Undoing::End::back) ++files.messages;
    if (undone && *undone == Undoing::End::gone && files.gone++ == 0) files.first_gone = move.to;
    return true;
  });
  if (auto synced = undoing.sync(); !synced) return synced.failure();
  return files;
}

}  // namespace unsent
