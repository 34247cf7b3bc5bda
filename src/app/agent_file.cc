// SPDX-License-Identifier: MIT
#include "app/agent_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "base/open.h"

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

// Beside path, under a name that nobody reads; its name.
Result<std::string> write_aside(const std::string& path, const std::string& text, mode_t mode) {
  std::string aside = path + ".unsent-XXXXXX";
  auto opened = open_unguessed(aside);
  if (!opened) return opened.failure();
  FileDescriptor& file = *opened;
  auto written = write_all(file.get(), text, aside);
  if (written &&
      (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 || ::close(file.release()) != 0))
    written = os_failure(aside, errno);
  if (written) return aside;
  ::unlink(aside.c_str());
  return written.failure();
}

Result<void> put_in_place(const std::string& aside, const std::string& path) {
  if (::rename(aside.c_str(), path.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(aside.c_str());
    return os_failure(path, error_number);
  }
  return sync_folder(folder_of(path));
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
  const mode_t mode = file.exists ? file.status.st_mode & 07777U : 0600;
  const auto aside = write_aside(file.path, text, mode);
  if (!aside) return aside.failure();
  if (auto same = check_unchanged(file); !same) {
    ::unlink(aside->c_str());
    return same;
  }
  return put_in_place(*aside, file.path);
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
  const auto aside = write_aside(path, text, 0600);
  if (!aside) return aside.failure();
  return put_in_place(*aside, path);
}

}  // namespace unsent
