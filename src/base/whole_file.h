// SPDX-License-Identifier: MIT
// The one way to put a file in another one's place: written aside in the same folder, synced,
// renamed, and the folder synced. Whoever is killed on the way, or finds the disk full, leaves
// what was there before, whole. A test lists who renames or syncs otherwise.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace unsent {

// Gathers bytes, and writes them in large pieces. The first error stays: nothing more is written
// then, and each call gives it again.
class FileWriter {
 public:
  // name is for the error text. Of a number the descriptor stays somebody else's.
  FileWriter(FileDescriptor file, std::string name);
  FileWriter(int fd, std::string name);
  // A file of ours, mode 0600, which grows from nothing; never through a link.
  static Result<FileWriter> open(const std::string& path);

  Result<void> add(std::string_view bytes);
  Result<void> flush();
  // All of it is on the disk.
  Result<void> sync();
  // The same, and the file is closed: NFS tells only then that it was not.
  Result<void> close();

  // What is gathered is not in it yet.
  int descriptor() const { return fd_; }

 private:
  FileDescriptor own_;
  int fd_;
  std::string name_;
  std::string buffer_;
  Result<void> written_;
};

// What a file is beside its bytes, made like another one's.
enum class KeepOwner { surely, if_possible };
enum class KeepTimes { no, yes };
// Owner and group, mode, and times. An owner that must be kept and cannot be is an error of code
// no_permission.
Result<void> make_like(int fd, const struct stat& other, KeepOwner owner, KeepTimes times,
                       const std::string& name);

class WholeFile {
 public:
  // How it is called meanwhile.
  enum class Aside {
    one,     // PATH.new, of one writer at a time: what a killed one has left is overwritten
    first,   // PATH.new, of whoever makes it first: while it is there, temp_fail
    unique,  // PATH.PID-N.new, of several writers, or where anybody may write
  };
  // mode, less the umask: of what it will be unless it is made like another. No link is followed:
  // one that bears the name aside is an error, one that bears the name itself is replaced.
  static Result<WholeFile> begin(const std::string& path, Aside aside, mode_t mode = 0600);
  // Aside is this name, which must be free.
  static Result<WholeFile> begin_at(const std::string& path, const std::string& aside);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;
  // Takes away what was written unless it has been put in place.
  ~WholeFile();

  Result<void> add(std::string_view bytes) { return writer_.add(bytes); }
  Result<void> flush() { return writer_.flush(); }
  int descriptor() const { return writer_.descriptor(); }
  // All of it is on the disk, and closed.
  Result<void> complete() { return writer_.close(); }

  enum class Folder { synced, left };  // left: its syncing is the caller's, for many at once
  // Completes it, and puts it in place.
  Result<void> finish(Folder folder = Folder::synced);
  // An error of finish() was one of syncing the folder: the new file is there.
  bool is_in_place() const { return is_in_place_; }

 private:
  WholeFile(std::string path, std::string aside, FileDescriptor file);

  std::string path_;
  std::string aside_;  // "" once it is in place, or another object's
  FileWriter writer_;
  bool is_in_place_ = false;
};

// A small file, whole.
Result<void> replace_file(const std::string& path, std::string_view text,
                          WholeFile::Aside aside = WholeFile::Aside::one);

// What was written to it is on the disk. (Of a folder: sync_folder in base/file.h.)
Result<void> sync_file(int fd, const std::string& name);

}  // namespace unsent
