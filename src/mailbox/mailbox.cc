// SPDX-License-Identifier: MIT
#include "mailbox/mailbox.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "mailbox/mbox.h"

namespace unsent {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxDepth = 16;

Result<FileDescriptor> open_file(const std::string& path) {
  // O_NONBLOCK: a FIFO in a folder must not stop us; it means nothing for a file.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return os_failure(path, errno);
  return FileDescriptor(fd);
}

Result<void> walk_file(const std::string& path, const Visit& visit) {
  const auto file = open_file(path);
  if (!file) return file.failure();
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) return os_failure(path, errno);
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::no_input, path + ": not a mailbox: neither file nor folder");
  return walk_mbox_or_message(file->get(), path, visit);
}

bool is_maildir(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path / "cur", error) && fs::is_directory(path / "new", error);
}

struct Listing {
  std::vector<std::string> files;
  std::vector<std::string> folders;
};

// Names that begin with a dot are the mail programs' own. A symbolic link to a folder is
// not followed: it may lead back.
Result<Listing> list(const std::string& folder) {
  Listing listing;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return os_failure(folder, error.value());
  for (const fs::directory_iterator end; entries != end; entries.increment(error)) {
    if (error) return os_failure(folder, error.value());
    const std::string name = entries->path().filename().native();
    if (name.front() == '.') continue;
    std::error_code ignored;
    if (entries->is_directory(ignored) && !entries->is_symlink(ignored))
      listing.folders.push_back(entries->path().native());
    else if (!entries->is_directory(ignored))
      listing.files.push_back(entries->path().native());
  }
  std::sort(listing.files.begin(), listing.files.end());
  std::sort(listing.folders.begin(), listing.folders.end());
  return listing;
}

class FolderWalk {
 public:
  FolderWalk(const Visit& visit, std::vector<std::string>& problems)
      : visit_([this, &visit](const StoredMessage& message) {
          auto visited = visit(message);
          is_stopped_ = !visited;
          return visited;
        }),
        problems_(problems) {}

  Result<void> walk(const std::string& folder, int depth) {
    if (is_maildir(folder)) {
      // One list by name: Maildir names begin with the time of delivery.
      std::vector<std::string> files;
      for (const char* part : {"/cur", "/new"}) {
        auto listing = list(folder + part);
        if (!listing) return listing.failure();
        files.insert(files.end(), listing->files.begin(), listing->files.end());
      }
      std::sort(files.begin(), files.end(), [](const std::string& a, const std::string& b) {
        return fs::path(a).filename() < fs::path(b).filename();
      });
      return walk_files(files);
    }
    auto listing = list(folder);
    if (!listing) return listing.failure();
    if (auto walked = walk_files(listing->files); !walked) return walked;
    for (const std::string& inner : listing->folders) {
      if (depth == kMaxDepth) break;
      if (auto walked = walk(inner, depth + 1); !walked) {
        if (is_stopped_) return walked;
        problems_.push_back(walked.error().message);
      }
    }
    return {};
  }

 private:
  Result<void> walk_files(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      auto walked = walk_file(file, visit_);
      if (walked) continue;
      if (is_stopped_) return walked;
      problems_.push_back(walked.error().message);
    }
    return {};
  }

  Visit visit_;
  std::vector<std::string>& problems_;
  bool is_stopped_ = false;
};

}  // namespace

Result<void> walk_mailbox(const std::string& path, const Visit& visit,
                          std::vector<std::string>& problems) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    const auto failure = Result<void>(os_failure(path, errno)).error();
    return fail(failure.code, "no such mailbox: " + failure.message,
                "name an mbox, a Maildir, a message file or a folder of these");
  }
  if (S_ISDIR(status.st_mode)) return FolderWalk(visit, problems).walk(path, 0);
  return walk_file(path, visit);
}

}  // namespace unsent
