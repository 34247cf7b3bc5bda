// SPDX-License-Identifier: MIT
// Puts a new file in an mbox's place: locked, written aside in the same folder, synced,
// renamed. Whenever it is stopped, the mbox is the old or the new one, whole.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/held_folder.h"
#include "base/result.h"
#include "base/whole_file.h"
#include "store/content_hash.h"
#include "store/mbox_lock.h"

namespace unsent {

struct LockWish {
  std::chrono::seconds patience{30};
  Flock flock = Flock::leave;
  // Told, while mailboxes are changed, how many more bytes of them are done.
  std::function<void(std::uint64_t)> has_done = {};
};

class MboxSwap {
 public:
  // Locks the mbox, which must be a file of one name that we may write. Symbolic links are
  // followed, by root those of root alone: path() is where it lies. All else is done in the
  // folder that was found then, as root with the rights of its owner.
  static Result<MboxSwap> lock(const std::string& path, const LockWish& wish);
  MboxSwap(MboxSwap&&) noexcept = default;
  MboxSwap& operator=(MboxSwap&&) = delete;
  MboxSwap(const MboxSwap&) = delete;
  MboxSwap& operator=(const MboxSwap&) = delete;
  // Not replaced: what was written aside is taken away.
  ~MboxSwap();

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  // Up to size bytes of the mbox; fewer at its end.
  Result<std::string> read(std::uint64_t offset, std::size_t size) const;
  // The hash of the first size bytes; "" if there are not as many.
  Result<std::string> hash(std::uint64_t size) const;

  // The new file, which must not be there yet. Then its bytes, in order.
  Result<void> begin(const std::string& aside);
  Result<void> copy(std::uint64_t from, std::uint64_t to);
  Result<void> write(std::string_view bytes);
  std::uint64_t written() const { return written_; }
  std::string written_hash() const { return hash_.text(); }
  std::string_view last_written() const { return last_; }  // up to four bytes

  // All of it is on the disk, with mode, owner and times of the mbox.
  Result<void> complete();
  // Takes the mbox's place. A program that had the old file open and was waiting for its
  // lock may write there once we let go: that is added to the new one.
  Result<void> replace();

 private:
  MboxSwap(HeldFolder folder, std::string path, LockedMbox locked, std::uint64_t size,
           const LockWish& wish)
      : folder_(std::move(folder)),
        path_(std::move(path)),
        locked_(std::move(locked)),
        size_(size),
        wish_(wish) {}
  std::string at() const { return folder_.within(name_in(path_)); }
  Unexpected readable(const Error& error) const;
  Result<void> readable(const Result<void>& done) const;
  Result<void> rescue_late();
  Result<bool> take_late();

  HeldFolder folder_;
  std::string path_;
  LockedMbox locked_;
  std::uint64_t size_ = 0;
  LockWish wish_;
  std::optional<WholeFile> out_;  // by way of folder_
  std::uint64_t written_ = 0;
  std::string last_;
  ContentHash hash_;
};

// Where the new file of an mbox is written: ".NAME.unsent-TAG" beside it.
std::string aside_of(const std::string& path, const std::string& tag);

// path without symbolic links.
Result<std::string> real_path(const std::string& path);

// What must stand between bytes that end so and a From_ line: up to two line ends.
std::string_view gap_before_from(std::string_view end);

}  // namespace unsent
