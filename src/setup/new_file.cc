// SPDX-License-Identifier: MIT
#include "setup/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/open.h"
#include "mailbox/bytes_at.h"
#include "store/mbox_swap.h"

namespace unsent {
namespace {

Unexpected refused(const std::string& path, const std::string& why) {
  return fail(ErrorCode::cant_create, path + ": " + why + ", and stays what it is",
              "name a file that is new, empty, or an earlier one of this kind");
}

// Where it lies: a link is followed, one that leads nowhere is an error.
Result<std::string> place_of(const std::string& path) {
  if (!path_exists(path)) return path;
  auto real = real_path(path);
  if (!real) return refused(path, "a link that leads nowhere");
  return real;
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// Whatever is put there is mail.
bool is_in_maildir(const std::string& path) {
  const std::string folder = folder_of(path);
  const auto real = real_path(folder);
  if (!real) return false;
  const std::string name = real->substr(real->rfind('/') + 1);
  const std::string above = folder_of(*real);
  return (name == "cur" || name == "new" || name == "tmp") && is_folder(above + "/cur") &&
         is_folder(above + "/new");
}

// Nothing, an empty file, or one that begins with the mark.
Result<void> check_replaceable(const std::string& path, std::string_view mark,
                               const SeenFiles& read) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    return errno == ENOENT ? Result<void>() : os_failure(path, errno);
  if (!S_ISREG(status.st_mode)) return refused(path, "is no regular file");
  if (status.st_size == 0)
    return read.count({status.st_dev, status.st_ino}) == 0 ? Result<void>()
                                                           : refused(path, "is read in this run");
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW);
  const bool is_ours = file && bytes_at(file->get(), 0, mark.size()) == mark;
  return is_ours ? Result<void>() : refused(path, "is no report of ours");
}

}  // namespace

Result<NewFile> NewFile::make(const std::string& name, std::string_view mark) {
  const auto place = place_of(name);
  if (!place) return place.failure();
  const std::string& path = *place;
  if (auto checked = check_replaceable(path, mark, {}); !checked) return checked.failure();
  if (is_in_maildir(path)) return refused(path, "would lie among the messages of a Maildir");
  auto file = WholeFile::begin(path, WholeFile::Aside::unique, 0666);
  if (!file) return fail(ErrorCode::cant_create, file.error().message, file.error().hint);
  return NewFile(path, mark, std::move(*file));
}

void NewFile::text(std::string_view text) { static_cast<void>(file_.add(text).has_value()); }

Result<void> NewFile::finish(const SeenFiles& read) {
  if (auto written = file_.complete(); !written) return written;
  if (auto checked = check_replaceable(path_, mark_, read); !checked) return checked;
  return file_.finish();
}

}  // namespace unsent
