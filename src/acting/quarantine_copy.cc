// SPDX-License-Identifier: MIT
#include "acting/quarantine_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/open.h"
#include "base/text.h"
#include "policy/annotate.h"
#include "store/maildir_store.h"

namespace unsent {
namespace {

// Without the line that begins it in the mbox and the empty one that parts it from the next.
std::string_view without_frame(std::string_view message) {
  if (message.substr(0, 5) == "From ") take_line(message);
  for (const std::string_view end : {"\r\n\r\n", "\n\n"}) {
    const std::size_t half = end.size() / 2;
    if (message.size() >= end.size() && message.substr(message.size() - end.size()) == end)
      return message.substr(0, message.size() - half);
  }
  return message;
}

}  // namespace

Result<void> QuarantineCopies::begin() { return make_maildir(act_.quarantine()); }

Result<void> QuarantineCopies::add(std::string_view message, std::string_view block) {
  const std::string name = act_.name(group_, count_++);
  const auto from = held_.within(act_.quarantine() + "/tmp/" + name);
  const auto to = held_.within(act_.quarantine() + "/new/" + name);
  if (!from || !to) return from ? to.failure() : from.failure();
  const auto file = open_file(*from, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (!file) return held_.readable(file.error());
  const std::string text = join(annotated_pieces(without_frame(message), block));
  if (auto done = write_all(file->get(), text, act_.quarantine()); !done) return done;
  return ::rename(from->c_str(), to->c_str()) == 0 ? Result<void>()
                                                   : os_failure(act_.quarantine(), errno);
}

Result<void> QuarantineCopies::complete() { return sync_file_system(act_.quarantine() + "/new"); }

void remove_quarantine_copies(const Act& act, std::uint64_t group) {
  if (act.quarantine().empty()) return;
  HeldFolders held;
  for (const char* part : {"/tmp", "/new", "/cur"}) {
    std::error_code none;
    const std::string at = held.place(act.quarantine() + part + "/.");
    if (at.empty()) continue;
    for (const auto& entry : std::filesystem::directory_iterator(at, none))
      if (act.is_name_of(group, entry.path().filename().string())) ::unlink(entry.path().c_str());
  }
}

Result<void> sync_file_system(const std::string& path) {
  const auto folder = open_folder(path);
  if (!folder) return folder.failure();
  if (::syncfs(folder->get()) != 0) return os_failure(path, errno);
  return {};
}

}  // namespace unsent
