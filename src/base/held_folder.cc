// SPDX-License-Identifier: MIT
#include "base/held_folder.h"

#include <fcntl.h>
#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <deque>
#include <filesystem>

#include "base/text.h"

namespace unsent {
namespace {

constexpr int kMostLinks = 40;  // as the kernel has it
constexpr int kStep = O_PATH | O_NOFOLLOW | O_CLOEXEC;

// Goes down a path from the root, so that each link on the way is seen before it is followed.
class Walk {
 public:
  Result<void> start(const std::string& path) {
    std::error_code error;
    asked_ = path;
    add(std::filesystem::absolute(path, error).string());
    return to_root();
  }

  // The last part of the path may be a file, and then is not walked into.
  Result<void> run(bool may_be_file) {
    while (!rest_.empty()) {
      const std::string part = std::move(rest_.front());
      rest_.pop_front();
      if (part.empty() || part == ".") continue;
      if (auto done = part == ".." ? up() : down(part, may_be_file && rest_.empty()); !done)
        return done;
    }
    return {};
  }

  FileDescriptor take_handle() { return std::move(handle_); }
  const struct stat& status() const { return status_; }
  std::string path() const { return path_.empty() ? "/" : path_; }

 private:
  void add(const std::string& path) {
    const auto parts = split(path, '/');
    rest_.insert(rest_.begin(), parts.begin(), parts.end());
  }

  Result<void> step(int folder, const std::string& part, int flags) {
    FileDescriptor next(::openat(folder, part.c_str(), kStep | flags));
    struct stat status {};
    if (!next.is_open() || ::fstat(next.get(), &status) != 0) return os_failure(asked_, errno);
    handle_ = std::move(next);
    status_ = status;
    return {};
  }

  Result<void> to_root() {
    path_.clear();
    return step(AT_FDCWD, "/", O_DIRECTORY);
  }

  Result<void> up() {
    path_ = path_.substr(0, std::min(path_.rfind('/'), path_.size()));
    return step(handle_.get(), "..", O_DIRECTORY);
  }

  Result<void> down(const std::string& part, bool may_be_file) {
    const FileDescriptor folder = std::move(handle_);
    if (auto done = step(folder.get(), part, 0); !done) return done;
    if (S_ISLNK(status_.st_mode)) return follow(folder.get(), part);
    if (!S_ISDIR(status_.st_mode) && !may_be_file) return os_failure(asked_, ENOTDIR);
    path_ += '/' + part;
    return {};
  }

  Result<void> follow(int folder, const std::string& part) {
    if (::geteuid() == 0 && status_.st_uid != 0)
      return fail(ErrorCode::no_permission,
                  asked_ + ": by a link that another user made (" + path_ + '/' + part + ')',
                  "name the place itself");
    if (++links_ > kMostLinks) return os_failure(asked_, ELOOP);
    std::array<char, PATH_MAX> text{};
    const ssize_t size = ::readlinkat(handle_.get(), "", text.data(), text.size());
    if (size < 0) return os_failure(asked_, errno);
    add(std::string(text.data(), static_cast<std::size_t>(size)));
    return text[0] == '/' ? to_root() : step(folder, ".", O_DIRECTORY);
  }

  std::string asked_;
  std::deque<std::string> rest_;
  FileDescriptor handle_;
  std::string path_;
  struct stat status_ {};
  int links_ = 0;
};

std::string way_to(int handle) { return "/proc/self/fd/" + std::to_string(handle); }

}  // namespace

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<HeldFolder> HeldFolder::open(const std::string& path) {
  Walk walk;
  auto done = walk.start(path);
  if (done) done = walk.run(false);
  if (!done) return done.failure();
  HeldFolder held;
  held.handle_ = walk.take_handle();
  held.path_ = walk.path();
  held.status_ = walk.status();
  return held;
}

std::string HeldFolder::within(const std::string& name) const {
  return way_to(handle_.get()) + '/' + name;
}

std::string HeldFolder::readable(std::string text) const {
  const std::string way = way_to(handle_.get()) + '/';
  const std::string named = path_ == "/" ? path_ : path_ + '/';
  for (std::size_t at = 0; (at = text.find(way, at)) != text.npos; at += named.size())
    text.replace(at, way.size(), named);
  return text;
}

Result<const HeldFolder*> HeldFolders::hold(const std::string& folder) {
  if (const auto known = held_.find(folder); known != held_.end()) return &known->second;
  auto opened = HeldFolder::open(folder);
  if (!opened) return opened.failure();
  return &held_.emplace(folder, std::move(*opened)).first->second;
}

Result<std::string> HeldFolders::within(const std::string& path) {
  const auto folder = hold(folder_of(path));
  if (!folder) return folder.failure();
  return (*folder)->within(name_in(path));
}

std::string HeldFolders::place(const std::string& path) {
  auto found = within(path);
  return found ? std::move(*found) : std::string();
}

Result<void> HeldFolders::make(const std::string& folder) {
  const auto held = hold(folder);
  if (held) return {};
  if (held.error().code != ErrorCode::no_input || folder == folder_of(folder))
    return held.failure();
  if (auto made = make(folder_of(folder)); !made) return made;
  const auto above = hold(folder_of(folder));
  if (!above) return above.failure();
  const AsOwner as_owner((*above)->status());
  if (::mkdir((*above)->within(name_in(folder)).c_str(), 0700) != 0 && errno != EEXIST)
    return os_failure(folder, errno);
  return {};
}

Unexpected HeldFolders::readable(const Error& error) const {
  return fail(error.code, readable(error.message), error.hint);
}

std::string HeldFolders::readable(std::string text) const {
  for (const auto& [path, folder] : held_) text = folder.readable(std::move(text));
  return text;
}

Result<std::string> trusted_path(const std::string& path) {
  std::string there = path;
  std::string missing;
  for (; !there.empty() && !path_exists(there); there = folder_of(there)) {
    missing = '/' + name_in(there) + missing;
    if (there.find('/') == there.npos || there == "/") break;
  }
  Walk walk;
  auto done = walk.start(path_exists(there) ? there : folder_of(there));
  if (done) done = walk.run(true);
  if (!done) return done.failure();
  return missing.empty() ? walk.path() : (walk.path() == "/" ? "" : walk.path()) + missing;
}

// The real user stays root, so that there is a way back.
AsOwner::AsOwner(const struct stat& status) {
  if (::geteuid() != 0 || status.st_uid == 0) return;
  const int count = ::getgroups(0, nullptr);
  groups_.resize(static_cast<std::size_t>(std::max(count, 0)));
  if (count < 0 || ::getgroups(count, groups_.data()) < 0) return;
  if (::setgroups(1, &status.st_gid) != 0) return;
  is_other_ = true;
  if (::setegid(status.st_gid) != 0 || ::seteuid(status.st_uid) != 0) give_back();
}

AsOwner::~AsOwner() {
  if (is_other_) give_back();
}

// Half a root is none that could go on.
void AsOwner::give_back() {
  is_other_ = false;
  if (::seteuid(::getuid()) != 0 || ::setegid(::getgid()) != 0 ||
      ::setgroups(groups_.size(), groups_.data()) != 0)
    std::abort();
}

}  // namespace unsent
