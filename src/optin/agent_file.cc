// SPDX-License-Identifier: MIT
#include "optin/agent_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/file.h"
#include "base/whole_file.h"

namespace unsent {
namespace {

constexpr mode_t kOthersWrite = S_IWGRP | S_IWOTH;

Unexpected refuse(const std::string& path, const std::string& why, const std::string& hint) {
  return fail(ErrorCode::no_permission, path + ": " + why + "; nothing is changed", hint);
}

Result<void> check_mine(const std::string& path, const struct stat& status) {
  if (status.st_uid != ::geteuid())
    return refuse(path, "belongs to another user", "run it as the user whose mail this is");
  if ((status.st_mode & kOthersWrite) != 0)
    return refuse(path, "others may write it", "chmod go-w " + path);
  return {};
}

Result<void> check_file(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode))
    return refuse(path, "a symbolic link", "name the file itself with --file");
  if (!S_ISREG(status.st_mode)) return refuse(path, "not a file", "name the file with --file");
  if (status.st_nlink != 1)
    return refuse(path, "it has a second name", "make it a file of its own");
  if ((status.st_mode & S_IXUSR) != 0)
    return refuse(path, "it is executable, which has a meaning for some agents",
                  "chmod u-x " + path);
  return check_mine(path, status);
}

bool is_same(const struct stat& one, const struct stat& other) {
  return one.st_dev == other.st_dev && one.st_ino == other.st_ino && one.st_size == other.st_size &&
         one.st_mtim.tv_sec == other.st_mtim.tv_sec && one.st_mtim.tv_nsec == other.st_mtim.tv_nsec;
}

Result<void> check_unchanged(const AgentFile& file) {
  struct stat now {};
  const bool exists = ::lstat(file.path.c_str(), &now) == 0;
  if (exists == file.exists && (!exists || is_same(now, file.status))) return {};
  return fail(ErrorCode::temp_fail, file.path + ": somebody else has just changed it",
              "look at it and try again");
}

}  // namespace

Result<AgentFile> read_agent_file(const std::string& path) {
  AgentFile file{path, "", false, {}};
  struct stat folder {};
  if (::stat(folder_of(path).c_str(), &folder) != 0) return os_failure(folder_of(path), errno);
  if (auto mine = check_mine(folder_of(path), folder); !mine) return mine.failure();
  if (::lstat(path.c_str(), &file.status) != 0)
    return errno == ENOENT ? Result<AgentFile>(file) : os_failure(path, errno);
  if (auto checked = check_file(path, file.status); !checked) return checked.failure();
  auto text = read_own_file(path);
  if (!text) return text.failure();
  file.text = std::move(*text);
  file.exists = true;
  if (auto same = check_unchanged(file); !same) return same.failure();
  return file;
}

Result<void> replace_agent_file(const AgentFile& file, const std::string& text) {
  auto fresh = WholeFile::begin(file.path, WholeFile::Aside::unique);
  if (!fresh) return fresh.failure();
  if (auto written = fresh->add(text); !written) return written;
  if (file.exists)
    if (auto made = make_like(fresh->descriptor(), file.status, KeepOwner::if_possible,
                              KeepTimes::no, file.path);
        !made)
      return made;
  if (auto done = fresh->complete(); !done) return done;
  if (auto same = check_unchanged(file); !same) return same;
  return fresh->finish();
}

Result<void> remove_agent_file(const AgentFile& file) {
  if (auto same = check_unchanged(file); !same) return same;
  if (::unlink(file.path.c_str()) != 0) return os_failure(file.path, errno);
  return sync_folder(folder_of(file.path));
}

Result<std::string> back_up(const AgentFile& file, const std::string& folder,
                            const std::string& stamp) {
  if (auto made = make_folders(folder); !made) return made.failure();
  const std::string name = file.path.substr(file.path.rfind('/') + 1);
  const std::string path = fmt::format("{}/{}.{}", folder, name, stamp);
  if (auto written = write_own_file(path, file.text); !written) return written.failure();
  return path;
}

Result<void> write_own_file(const std::string& path, const std::string& text) {
  return replace_file(path, text, WholeFile::Aside::unique);
}

}  // namespace unsent
