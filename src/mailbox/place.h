// SPDX-License-Identifier: MIT
// Where something that grows was left, so that the next run reads on from there: a log, an mbox.
// One rule says whether it is still what it was: what stands there now, at its beginning and
// before the place, makes the same place. Its name, its inode and its times prove nothing: logs
// are rotated, mailboxes are put back from a backup, and other files take both. What is changed in
// the middle and keeps its length is not seen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace unsent {

struct Place {
  std::uint64_t last = 0;  // offset of the last piece (a line, a message), which ends at next
  std::uint64_t next = 0;  // 0: nothing is known; last is next where the last piece is gone
  std::string head;        // digest of what it begins with, without kNotedFields
  std::string tail;        // and of what was read last

  bool is_known() const { return next > 0; }
  bool operator==(const Place&) const = default;
};

// The place of an mbox that was read from last to next, as it stands in the open file now.
Place mbox_place_at(int fd, std::uint64_t last, std::uint64_t next);

// It is still what it was, and may have grown. A place that is not known never is.
bool is_still(const Place& place, int fd);

// Makes the place of an mbox while it is read: of the bytes that were read, whatever happens to the
// file meanwhile.
class PlaceKeeper {
 public:
  PlaceKeeper() = default;
  // As it stands when it is opened. known: what is taken as read of it.
  explicit PlaceKeeper(int fd, const Place& known = {});

  // The message at that offset. If bytes is but its beginning, the place stays before it.
  void has_read(std::uint64_t offset, std::uint64_t size, std::string_view bytes);
  Place place() const;

 private:
  std::string head_;
  Place place_;
};

}  // namespace unsent
