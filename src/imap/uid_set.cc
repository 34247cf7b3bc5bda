// SPDX-License-Identifier: MIT
#include "imap/uid_set.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace unsent {
namespace {

std::optional<Uid> take_uid(std::string_view& text) {
  Uid uid = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), uid);
  if (parsed.ec != std::errc() || uid == 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  return uid;
}

}  // namespace

std::optional<UidSet> UidSet::parse(std::string_view text, std::size_t most_ranges) {
  UidSet set;
  while (!text.empty()) {
    const auto first = take_uid(text);
    if (!first || set.ranges_.size() == most_ranges) return std::nullopt;
    Range range{*first, *first};
    if (text.starts_with(':')) {
      text.remove_prefix(1);
      const auto last = take_uid(text);
      if (!last) return std::nullopt;
      range = {std::min(*first, *last), std::max(*first, *last)};
    }
    set.ranges_.push_back(range);
    if (text.empty()) return set;
    if (text.front() != ',' || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

void UidSet::add(Uid uid) { add({uid, uid}); }

void UidSet::add(Range range) {
  if (!ranges_.empty() && ranges_.back().last + 1 == range.first && range.first != 0)
    ranges_.back().last = range.last;
  else
    ranges_.push_back(range);
}

void UidSet::sort() {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  std::vector<Range> merged;
  for (const Range& range : ranges_) {
    const bool touches = !merged.empty() && (range.first <= merged.back().last ||
                                             range.first - 1 == merged.back().last);
    if (touches)
      merged.back().last = std::max(merged.back().last, range.last);
    else
      merged.push_back(range);
  }
  ranges_ = std::move(merged);
}

std::uint64_t UidSet::count() const {
  std::uint64_t count = 0;
  for (const Range& range : ranges_) count += std::uint64_t{range.last} - range.first + 1;
  return count;
}

bool UidSet::has(Uid uid) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), uid,
                                      [](Uid a, const Range& range) { return a < range.first; });
  return after != ranges_.begin() && std::prev(after)->last >= uid;
}

std::string UidSet::text() const {
  std::string text;
  for (const Range& range : ranges_) {
    if (!text.empty()) text += ',';
    text += std::to_string(range.first);
    if (range.last != range.first) text += ':' + std::to_string(range.last);
  }
  return text;
}

UidSet UidSet::take(std::uint64_t count) {
  UidSet taken;
  std::size_t used = 0;
  for (Range& range : ranges_) {
    if (count == 0) break;
    const std::uint64_t size = std::uint64_t{range.last} - range.first + 1;
    if (size > count) {
      const Uid last = static_cast<Uid>(range.first + count - 1);
      taken.ranges_.push_back({range.first, last});
      range.first = last + 1;
      break;
    }
    taken.ranges_.push_back(range);
    count -= size;
    ++used;
  }
  ranges_.erase(ranges_.begin(), ranges_.begin() + static_cast<std::ptrdiff_t>(used));
  return taken;
}

std::vector<Uid> UidSet::list() const {
  std::vector<Uid> list;
  list.reserve(static_cast<std::size_t>(count()));
  for (const Range& range : ranges_)
    for (std::uint64_t uid = range.first; uid <= range.last; ++uid)
      list.push_back(static_cast<Uid>(uid));
  return list;
}

}  // namespace unsent
