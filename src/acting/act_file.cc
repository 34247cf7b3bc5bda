// SPDX-License-Identifier: MIT
#include "acting/act_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "acting/move_file.h"
#include "acting/quarantine.h"
#include "acting/quarantine_copy.h"
#include "base/digest.h"
#include "base/field_line.h"
#include "base/file.h"
#include "base/held_folder.h"
#include "base/open.h"
#include "base/whole_file.h"
#include "policy/annotate.h"
#include "store/maildir_name.h"
#include "store/maildir_store.h"

namespace unsent {
namespace {

constexpr std::uint64_t kFiles = 0;  // the group of names that message files have

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

// What the bytes of a file are known by; "" where they cannot be read.
std::string digest_of(const std::string& path) {
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
  const auto bytes = file ? read_all(file->get(), path) : Result<std::string>(file.failure());
  return bytes ? digest(*bytes) : std::string();
}

// A message on its way, with the paths that lead into the folders that are held.
struct Move {
  FileMove named;
  std::string from;
  std::string to;
  std::string tagged;
  const Planned* message = nullptr;
};

class Step {
 public:
  Step(const Act& act, RenamedFiles& renamed, std::vector<std::string>& problems)
      : act_(act), renamed_(renamed), problems_(problems) {}

  // Finds the file, sees that it is the one that was judged, and notes what will be done.
  void plan(const Planned& message, std::uint64_t number) {
    Move move;
    move.message = &message;
    move.named.number = number;
    auto done = find(move);
    if (done) done = check(move);
    if (done) done = find_target(move);
    if (done && act_.deed() == Deed::tag) done = find_tagged_name(move);
    if (!done) return problem(done.error());
    moves_.push_back(std::move(move));
  }

  Result<std::uint64_t> run() {
    if (moves_.empty()) return std::uint64_t{0};
    if (auto begun = begin(); !begun) return held_.readable(begun.error());
    std::uint64_t count = 0;
    for (const Move& move : moves_) {
      const auto moved = act_.deed() == Deed::tag ? put_tagged(move) : move_away(move);
      if (moved) ++count;
      if (!moved) problem(moved.error());
    }
    sync_folders();
    return count;
  }

 private:
  void problem(const Error& error) { problems_.push_back(held_.readable(error.message)); }

  static Unexpected left_alone(const std::string& path, const std::string& what) {
    return fail(ErrorCode::temp_fail, path + ": " + what);
  }

  Result<void> find(Move& move) {
    move.named.from = move.message->path;
    auto at = held_.within(move.named.from);
    if (!at) return at.failure();
    if (!path_exists(*at) && move.message->kind == MailboxKind::maildir) {
      move.named.from = renamed_.find(move.message->path);
      if (!move.named.from.empty()) at = held_.within(move.named.from);
      if (!at) return at.failure();
    }
    if (move.named.from.empty() || !path_exists(*at))
      return left_alone(move.message->path, "gone since it was read");
    move.from = std::move(*at);
    return {};
  }

  Result<void> check(const Move& move) const {
    struct stat status {};
    const Planned& message = *move.message;
    const std::string& path = move.named.from;
    if (::lstat(move.from.c_str(), &status) != 0) return os_failure(path, errno);
    if (!S_ISREG(status.st_mode)) return left_alone(path, "a link; left alone");
    const bool is_same_file =
        message.inode == 0 || (status.st_dev == message.device && status.st_ino == message.inode);
    const bool is_same_text = static_cast<std::uint64_t>(status.st_size) == message.size &&
                              (message.digest.empty() || digest_of(move.from) == message.digest);
    if (!is_same_file || !is_same_text)
      return left_alone(path, "changed since it was read; left alone");
    return {};
  }

  Result<void> find_target(Move& move) {
    move.named.to = act_.file("file", move.named.number);
    if (act_.deed() == Deed::quarantine) {
      const std::string part = part_of(*move.message, move.named.from);
      const std::string flags = part == "/cur/" ? maildir_flags(move.named.from) : "";
      move.named.to = act_.quarantine() + part + act_.name(kFiles, move.named.number) + flags;
    }
    auto at = held_.within(move.named.to);
    if (!at) return at.failure();
    move.to = std::move(*at);
    return {};
  }

  Result<void> find_tagged_name(Move& move) {
    const auto text = tagged_text(move.from, move.message->block);
    if (!text) return text.failure();
    move.named.tagged = move.message->kind == MailboxKind::maildir
                            ? with_sizes_of(move.named.from, *text)
                            : move.named.from;
    move.tagged = folder_of(move.from) + '/' + name_in(move.named.tagged);
    return {};
  }

  // The log, and all that must be on the disk before the first file moves.
  Result<void> begin() {
    std::string lines;
    for (const Move& move : moves_)
      lines += encode_fields({"file", std::to_string(move.named.number), move.named.from,
                              move.named.to, move.named.tagged});
    if (auto logged = act_.log(lines); !logged) return logged;
    if (act_.deed() == Deed::quarantine) note_reasons();
    return act_.deed() == Deed::tag ? write_tagged() : Result<void>();
  }

  // A file that is only renamed cannot bear the reason itself.
  void note_reasons() {
    std::string reasons;
    for (const Move& move : moves_)
      reasons += encode_fields({maildir_base(move.named.to), move.message->block});
    const std::string file = held_.place(act_.quarantine() + "/reasons");
    if (!file.empty()) add_quarantine_reasons(folder_of(file), reasons);
  }

  // What has arrived is what was looked at: else somebody put it there in between.
  Result<void> move_away(const Move& move) const {
    if (auto moved = move_file(move.from, move.to); !moved) return moved;
    struct stat status {};
    const Planned& message = *move.message;
    const bool is_there = ::lstat(move.to.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    const bool is_same_file = status.st_dev == message.device && status.st_ino == message.inode;
    if (is_there &&
        (is_same_file || message.digest.empty() || digest_of(move.to) == message.digest))
      return {};
    static_cast<void>(move_file(move.to, move.from).has_value());
    return left_alone(move.named.from, "changed since it was read; left alone");
  }

  // The tagged messages beside their files, all of them on the disk.
  Result<void> write_tagged() {
    for (const Move& move : moves_) {
      if (auto written = write_one(move); !written) {
        for (const Move& other : moves_) ::unlink(act_.aside(other.from).c_str());
        return written;
      }
    }
    return sync_file_system(folder_of(moves_.front().from));
  }

  Result<void> write_one(const Move& move) {
    const auto text = tagged_text(move.from, move.message->block);
    if (!text) return text.failure();
    struct stat status {};
    if (::lstat(move.from.c_str(), &status) != 0) return os_failure(move.from, errno);
    const std::string aside = act_.aside(move.from);
    const auto file = [&] {
      const AsOwner as_owner(owner_of(move));
      return open_file(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    }();
    if (!file) return file.failure();
    if (auto done = write_all(file->get(), *text, aside); !done) return done;
    return make_like(file->get(), status, KeepOwner::if_possible, KeepTimes::yes, aside);
  }

  Result<void> put_tagged(const Move& move) {
    const std::string aside = act_.aside(move.from);
    auto kept = keep_file(move.from, move.to);
    const AsOwner as_owner(owner_of(move));
    if (kept && ::rename(aside.c_str(), move.from.c_str()) != 0)
      kept = os_failure(move.from, errno);
    if (!kept) ::unlink(aside.c_str());
    // Under its old name it is as whole, and found.
    if (kept && move.tagged != move.from)
      static_cast<void>(move_file(move.from, move.tagged).has_value());
    return kept;
  }

  // Who owns the folder of the message.
  struct stat owner_of(const Move& move) {
    const auto folder = held_.hold(folder_of(move.named.from));
    struct stat unknown {};  // root's: nothing changes
    return folder ? (*folder)->status() : unknown;
  }

  void sync_folders() {
    std::set<std::string> folders;
    for (const Move& move : moves_) {
      folders.insert(folder_of(move.from));
      folders.insert(folder_of(move.to));
    }
    for (const std::string& folder : folders)
      if (auto synced = sync_folder(folder); !synced) problem(synced.error());
  }

  const Act& act_;
  RenamedFiles& renamed_;
  std::vector<std::string>& problems_;
  HeldFolders held_;
  std::vector<Move> moves_;
};

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
  HeldFolders held;
  for_each_move(act, [&](const FileMove& move) {
    if (const std::string from = held.place(move.from); !from.empty())
      ::unlink(act.aside(from).c_str());
    if (const std::string to = held.place(move.to); !to.empty()) ::unlink((to + ".part").c_str());
    return true;
  });
}

}  // namespace unsent
