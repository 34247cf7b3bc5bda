// SPDX-License-Identifier: MIT
#include "mailbox/place.h"

#include <algorithm>

#include "base/digest.h"
#include "base/text.h"
#include "mailbox/bytes_at.h"
#include "mailbox/noted_fields.h"

namespace unsent {
namespace {

constexpr std::uint64_t kKnownBy = 1000;  // bytes at the beginning, and before the place

std::size_t size_of_head(std::uint64_t next) {
  return static_cast<std::size_t>(std::min(next, kKnownBy));
}

// Of the last message, or of what stands there where it is gone.
std::size_t size_of_tail(std::uint64_t last, std::uint64_t next) {
  return static_cast<std::size_t>(std::min(last < next ? next - last : next, kKnownBy));
}

bool is_tail_cut(std::uint64_t last, std::uint64_t next) {
  return (last < next ? next - last : next) > kKnownBy;
}

bool is_noted(std::string_view line) {
  return std::any_of(kNotedFields.begin(), kNotedFields.end(), [&](std::string_view name) {
    return starts_with_ignoring_case(line, name) && line.substr(name.size(), 1) == ":";
  });
}

// Without what mail programs write over in place. A line that is cut could be of that; but where
// there is no other, all is looked at.
std::string known_by(const std::string_view all, bool begins_within_line) {
  std::string kept;
  std::string_view bytes = all;
  if (begins_within_line) bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size()));
  bool is_left_out = false;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == bytes.npos) break;
    const std::string_view line = bytes.substr(0, end + 1);
    is_left_out = is_noted(line) || (is_left_out && is_blank(line.front()));
    if (!is_left_out) kept += line;
    bytes.remove_prefix(line.size());
  }
  return digest(trim(kept).empty() ? all : kept);
}

}  // namespace

Place mbox_place_at(int fd, std::uint64_t last, std::uint64_t next) {
  if (last > next || next == 0) return {};
  const std::size_t tail = size_of_tail(last, next);
  const std::string before = bytes_at(fd, next - tail, tail);
  if (before.size() != tail) return {};
  return {last, next, known_by(bytes_at(fd, 0, size_of_head(next)), false),
          known_by(before, is_tail_cut(last, next))};
}

bool is_still(const Place& place, int fd) {
  return place.is_known() && mbox_place_at(fd, place.last, place.next) == place;
}

PlaceKeeper::PlaceKeeper(int fd, const Place& known)
    : head_(bytes_at(fd, 0, kKnownBy)), place_(known) {}

void PlaceKeeper::has_read(std::uint64_t offset, std::uint64_t size, std::string_view bytes) {
  if (bytes.size() != size) return;
  place_.last = offset;
  place_.next = offset + size;
  place_.tail = known_by(bytes.substr(bytes.size() - size_of_tail(offset, offset + size)),
                         is_tail_cut(offset, offset + size));
}

Place PlaceKeeper::place() const {
  Place place = place_;
  if (place.is_known())
    place.head = known_by(std::string_view(head_).substr(0, size_of_head(place.next)), false);
  return place;
}

}  // namespace unsent
