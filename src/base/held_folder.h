// SPDX-License-Identifier: MIT
// A folder that is held open: what is done within it is done there, whatever has come to stand
// under its name since. Root, who passes where others cannot, is led by no link of theirs.
#pragma once

#include <sys/stat.h>

#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

class HeldFolder {
 public:
  // Walks down to it, part by part. As root only through links that are root's: another one is
  // an error of code no_permission.
  static Result<HeldFolder> open(const std::string& path);

  bool is_held() const { return handle_.is_open(); }
  const std::string& path() const { return path_; }  // whole, without links
  const struct stat& status() const { return status_; }
  // A path to what bears that name in this very folder, for whatever takes a path.
  std::string within(const std::string& name) const;
  // Such paths in a text, as people write them.
  std::string readable(std::string text) const;

 private:
  FileDescriptor handle_;
  std::string path_;
  struct stat status_ {};
};

// Some that are held, by path: each is walked to once.
class HeldFolders {
 public:
  // The path of a file by way of its folder, see HeldFolder::within().
  Result<std::string> within(const std::string& path);
  Result<const HeldFolder*> hold(const std::string& folder);
  // The same; "" where the folder is not there, or cannot be walked to.
  std::string place(const std::string& path);
  // The folder and those above it that are missing, each made with the rights of the owner of the
  // one that holds it, mode 0700.
  Result<void> make(const std::string& folder);
  std::string readable(std::string text) const;
  Unexpected readable(const Error& error) const;

 private:
  std::map<std::string, HeldFolder> held_;
};

// The last part of a path.
std::string name_in(const std::string& path);

// path without links, followed as HeldFolder::open() follows them; of a file the last part too.
// What does not exist yet is added as it is.
Result<std::string> trusted_path(const std::string& path);

// While it lives, root acts with the rights of the owner of what status tells of, and no more.
// Nothing changes for others, for what is root's, and where root may not become somebody else.
class AsOwner {
 public:
  explicit AsOwner(const struct stat& status);
  AsOwner(const AsOwner&) = delete;
  AsOwner& operator=(const AsOwner&) = delete;
  ~AsOwner();

 private:
  void give_back();
  bool is_other_ = false;
  std::vector<gid_t> groups_;
};

}  // namespace unsent
