// SPDX-License-Identifier: MIT
#include "mailbox/act_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <set>

#include "action/annotate.h"
#include "base/file.h"
#include "base/open.h"
#include "base/text.h"
#include "mailbox/maildir_name.h"
#include "mailbox/maildir_store.h"
#include "mailbox/move_file.h"
#include "mailbox/quarantine.h"
#include "mailbox/quarantine_copy.h"

namespace unsent {
namespace {

constexpr std::uint64_t kFiles = 0;  // the group of names that message files have

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string flags_of(const std::string& path) {
  const std::string name = name_in(path);
  const std::size_t colon = name.find(':');
  return colon == name.npos ? "" : name.substr(colon);
}

Result<std::string> tagged_text(const std::string& path, const std::string& block) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.failure();
  const std::string fitted = with_line_ends_of(*bytes, block);
  return join(annotated_pieces(*bytes, fitted));
}

// The part of a Maildir in which the message lies, for its place in the quarantine.
std::string part_of(const Planned& message, const std::string& path) {
  return message.kind == MailboxKind::maildir && name_in(folder_of(path)) == "cur" ? "/cur/"
                                                                                   : "/new/";
}

class Step {
 public:
  Step(const Act& act, RenamedFiles& renamed, std::vector<std::string>& problems)
      : act_(act), renamed_(renamed), problems_(problems) {}

  // Finds the file, and notes what will be done.
  void plan(const Planned& message, std::uint64_t number) {
    std::string from = message.path;
    if (!path_exists(from) && message.kind == MailboxKind::maildir) from = renamed_.find(from);
    struct stat status {};
    if (from.empty() || ::lstat(from.c_str(), &status) != 0)
      return problem(message.path, "gone since it was read");
    if (!S_ISREG(status.st_mode)) return problem(from, "a link; left alone");
    if (static_cast<std::uint64_t>(status.st_size) != message.size)
      return problem(from, "changed since it was read; left alone");
    std::string to = act_.file("file", number);
    if (act_.deed() == Deed::quarantine) {
      const std::string part = part_of(message, from);
      const std::string flags = part == "/cur/" ? flags_of(from) : "";
      to = act_.quarantine() + part + act_.name(kFiles, number) + flags;
    }
    std::string tagged;
    if (act_.deed() == Deed::tag) {
      const auto text = tagged_text(from, message.block);
      if (!text) return problems_.push_back(text.error().message);
      tagged = message.kind == MailboxKind::maildir ? with_sizes_of(from, *text) : from;
    }
    moves_.push_back({number, std::move(from), std::move(to), std::move(tagged)});
    messages_.push_back(&message);
  }

  Result<std::uint64_t> run() {
    if (moves_.empty()) return std::uint64_t{0};
    std::string lines;
    for (const FileMove& move : moves_)
      lines +=
          encode_fields({"file", std::to_string(move.number), move.from, move.to, move.tagged});
    if (auto logged = act_.log(lines); !logged) return logged.failure();
    if (act_.deed() == Deed::quarantine) note_reasons();
    if (act_.deed() == Deed::tag) {
      if (auto written = write_tagged(); !written) return written.failure();
    }
    std::uint64_t count = 0;
    for (const FileMove& move : moves_) {
      const auto moved =
          act_.deed() == Deed::tag ? put_tagged(move) : move_file(move.from, move.to);
      if (moved) ++count;
      if (!moved) problems_.push_back(moved.error().message);
    }
    for (const FileMove& move : moves_) {
      folders_.insert(folder_of(move.from));
      folders_.insert(folder_of(move.to));
    }
    for (const std::string& folder : folders_)
      if (auto synced = sync_folder(folder); !synced) problems_.push_back(synced.error().message);
    return count;
  }

 private:
  void problem(const std::string& path, std::string_view what) {
    problems_.push_back(fmt::format("{}: {}", path, what));
  }

  // A file that is only renamed cannot bear the reason itself.
  void note_reasons() {
    for (std::size_t i = 0; i < moves_.size(); ++i)
      reasons_ += encode_fields({maildir_base(moves_[i].to), messages_[i]->block});
    add_quarantine_reasons(act_.quarantine(), reasons_);
  }

  // The tagged messages beside their files, all of them on the disk.
  Result<void> write_tagged() {
    for (std::size_t i = 0; i < moves_.size(); ++i) {
      if (auto written = write_one(moves_[i].from, messages_[i]->block); !written) {
        for (const FileMove& move : moves_) ::unlink(act_.aside(move.from).c_str());
        return written;
      }
    }
    return sync_file_system(folder_of(moves_.front().from));
  }

  Result<void> write_one(const std::string& path, const std::string& block) {
    const auto text = tagged_text(path, block);
    if (!text) return text.failure();
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return os_failure(path, errno);
    const std::string aside = act_.aside(path);
    const auto file = open_file(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file) return file.failure();
    if (auto done = write_all(file->get(), *text, aside); !done) return done;
    const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
    if (::fchmod(file->get(), status.st_mode & 07777) != 0 ||
        ::futimens(file->get(), times.data()) != 0)
      return os_failure(aside, errno);
    static_cast<void>(::fchown(file->get(), status.st_uid, status.st_gid) == 0);
    return {};
  }

  Result<void> put_tagged(const FileMove& move) {
    const std::string aside = act_.aside(move.from);
    auto kept = keep_file(move.from, move.to);
    if (kept && ::rename(aside.c_str(), move.from.c_str()) != 0)
      kept = os_failure(move.from, errno);
    if (!kept) ::unlink(aside.c_str());
    // Under its old name it is as whole, and found.
    if (kept && move.tagged != move.from)
      static_cast<void>(move_file(move.from, move.tagged).has_value());
    return kept;
  }

  const Act& act_;
  RenamedFiles& renamed_;
  std::vector<std::string>& problems_;
  std::vector<FileMove> moves_;
  std::vector<const Planned*> messages_;
  std::set<std::string> folders_;
  std::string reasons_;
};

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

// True if the file was moved back; false if it had never been moved.
Result<bool> undo_move(const FileMove& move, const std::string& now_at) {
  const bool is_original_there = path_exists(move.from);
  if (now_at.empty() && is_original_there) return false;
  if (now_at.empty())
    return fail(ErrorCode::no_input, move.from + ": no longer where it was put (" + move.to + ")");
  if (is_original_there && are_same(move.from, now_at)) {
    ::unlink(now_at.c_str());  // killed between copy and removal
    return false;
  }
  if (auto made = make_folders(folder_of(move.from)); !made) return made.failure();
  if (auto moved = move_file(now_at, free_name(move.from)); !moved) return moved.failure();
  return true;
}

// Where the tagged message, or the original in its place, is by now; "" if it is gone.
std::string find_tagged(const FileMove& move, RenamedFiles& renamed) {
  for (const std::string& path : {move.tagged, move.from})
    if (path_exists(path)) return path;
  const std::string part = name_in(folder_of(move.from));
  if (part != "cur" && part != "new") return "";
  const std::string found = renamed.find(move.tagged);
  return found.empty() && move.tagged != move.from ? renamed.find(move.from) : found;
}

// The original over the tagged message, wherever its flags have taken that; then it gets its
// name again.
Result<bool> undo_tag(const FileMove& move, RenamedFiles& renamed) {
  const bool is_kept = path_exists(move.to);
  const std::string at = find_tagged(move, renamed);
  if (at.empty() && !is_kept) return false;
  if (at.empty()) return fail(ErrorCode::no_input, move.from + ": deleted since it was tagged");
  if (is_kept)
    if (auto moved = move_over(move.to, at); !moved) return moved.failure();
  if (move.tagged != move.from && maildir_base(at) == maildir_base(move.tagged))
    if (auto named = move_file(at, folder_of(at) + '/' + maildir_base(move.from) + flags_of(at));
        !named)
      return named.failure();
  return is_kept;
}

}  // namespace

void for_each_move(const Act& act, const std::function<bool(const FileMove&)>& take) {
  LogReader log(act);
  while (const auto* line = log.next())
    if (line->size() >= 4 && (*line)[0] == "file" &&
        !take({to_number((*line)[1]), (*line)[2], (*line)[3],
               line->size() > 4 ? (*line)[4] : (*line)[2]}))
      return;
}

Result<std::uint64_t> act_on_files(const Act& act, const std::vector<Planned>& messages,
                                   std::uint64_t first, RenamedFiles& renamed,
                                   std::vector<std::string>& problems) {
  if (act.deed() == Deed::quarantine)
    if (auto made = make_maildir(act.quarantine()); !made) return made.failure();
  Step step(act, renamed, problems);
  for (std::size_t i = 0; i < messages.size(); ++i) step.plan(messages[i], first + i);
  return step.run();
}

void roll_back_files(const Act& act) {
  for_each_move(act, [&](const FileMove& move) {
    ::unlink(act.aside(move.from).c_str());
    ::unlink((move.to + ".part").c_str());
    return true;
  });
}

Result<std::uint64_t> undo_files(const Act& act, std::vector<std::string>& problems) {
  RenamedFiles renamed;
  std::set<std::string> folders;
  std::uint64_t count = 0;
  for_each_move(act, [&](const FileMove& move) {
    const bool is_moved_by_flags = act.deed() == Deed::quarantine && !path_exists(move.to);
    const std::string now_at = path_exists(move.to) ? move.to
                               : is_moved_by_flags  ? renamed.find(move.to)
                                                    : std::string();
    const auto undone = act.deed() == Deed::tag ? undo_tag(move, renamed) : undo_move(move, now_at);
    if (!undone) problems.push_back(undone.error().message);
    if (undone && *undone) ++count;
    folders.insert(folder_of(move.from));
    return true;
  });
  for (const std::string& folder : folders)
    if (path_exists(folder))
      if (auto synced = sync_folder(folder); !synced) return synced.failure();
  return count;
}

}  // namespace unsent
