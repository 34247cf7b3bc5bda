// SPDX-License-Identifier: MIT
// How postings become segments, and some segments one.
#include <algorithm>
#include <bit>
#include <string>

#include "ledger/postings.h"

namespace unsent {
namespace {

constexpr std::size_t kFanOut = 4;
constexpr std::int64_t kLargest = std::int64_t{1} << 24U;  // entries that are merged no more
// Who writes a little does not pay for the merging of a lot.
constexpr std::int64_t kMergedAtOnce = std::int64_t{1} << 19U;

}  // namespace

unsigned Postings::level_of(std::int64_t entries) {
  return static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(entries) / kFresh)) / 2;
}

Result<std::vector<Posting>> Postings::take_fresh() {
  std::vector<Posting> all;
  const auto bare = database_->integer("SELECT sum(is_bare) FROM fresh");
  if (!bare) return bare.failure();
  pending_bare_ += *bare;
  const auto query = all_fresh_.in(*database_);
  if (!query) return query.failure();
  for (;;) {
    const auto row = (*query)->step();
    if (!row) return row.failure();
    if (!*row) break;
    all.push_back({static_cast<std::uint64_t>((*query)->integer(0)), (*query)->integer(1)});
  }
  if (auto emptied = database_->execute("DELETE FROM fresh"); !emptied) return emptied.failure();
  has_fresh_ = false;
  return all;
}

Result<void> Postings::write_segment() {
  auto all = take_fresh();
  if (!all) return all.failure();
  const std::size_t written = pending_.size();
  for (const auto& [hash, row] : pending_) all->push_back({hash, row});
  std::sort(all->begin(), all->end());
  const auto add_chunk = add_chunk_.in(*database_);
  if (!add_chunk) return add_chunk.failure();
  SegmentWriter writer(**add_chunk, next_id(), all->size());
  for (const Posting& posting : *all)
    if (auto added = writer.add(posting); !added) return added;
  auto segment = writer.finish();
  if (!segment) return segment.failure();
  segment->bare = pending_bare_;
  if (auto added = add_segment(*segment); !added) return added;
  pending_.clear();
  pending_bare_ = 0;
  return merge_where_due(written);
}

std::int64_t Postings::next_id() const {
  std::int64_t next = 0;
  for (const Segment& segment : segments_) next = std::max(next, segment.id + 1);
  return next;
}

Result<void> Postings::add_segment(const Segment& segment) {
  if (segment.entries == 0) return {};
  const auto add = add_segment_.in(*database_);
  if (!add) return add.failure();
  (*add)->bind(1, segment.id).bind(2, std::int64_t{segment.bits}).bind(3, segment.entries);
  auto added = (*add)->bind(4, segment.bare).bind(5, segment.oldest).run();
  if (added) segments_.push_back(segment);
  return added;
}

Result<void> Postings::merge_where_due(std::size_t written) {
  for (unsigned level = 0;; ++level) {
    std::vector<Segment> same;
    std::int64_t entries = 0;
    bool is_any_above = false;
    for (const Segment& segment : segments_) {
      if (segment.entries >= kLargest) continue;
      is_any_above = is_any_above || level_of(segment.entries) > level;
      if (level_of(segment.entries) != level) continue;
      same.push_back(segment);
      entries += segment.entries;
    }
    const bool is_cheap = written >= kFresh || entries <= kMergedAtOnce;
    if (same.size() >= kFanOut && is_cheap)
      if (auto merged = merge(same, nullptr); !merged) return merged;
    if (same.size() < kFanOut && !is_any_above) return {};
    if (!is_cheap) return {};
  }
}

Result<void> Postings::merge(const std::vector<Segment>& parts, const Keep* keep) {
  const auto chunks = chunks_.in(*database_);
  if (!chunks) return chunks.failure();
  const auto add_chunk = add_chunk_.in(*database_);
  if (!add_chunk) return add_chunk.failure();
  std::vector<SegmentReader> readers;
  std::int64_t entries = 0;
  std::int64_t bare = 0;
  for (const Segment& part : parts) {
    readers.emplace_back(**chunks, part);
    const auto more = readers.back().advance();
    if (!more) return more.failure();
    if (!*more) readers.pop_back();
    entries += part.entries;
    bare += part.bare;
  }
  SegmentWriter writer(**add_chunk, next_id(), static_cast<std::size_t>(entries));
  while (!readers.empty()) {
    const auto least = std::min_element(
        readers.begin(), readers.end(),
        [](const SegmentReader& a, const SegmentReader& b) { return a.posting() < b.posting(); });
    const auto is_kept = keep == nullptr ? Result<bool>(true) : (*keep)(least->posting().row);
    if (!is_kept) return is_kept.failure();
    if (*is_kept)
      if (auto added = writer.add(least->posting()); !added) return added;
    const auto more = least->advance();
    if (!more) return more.failure();
    if (!*more) readers.erase(least);
  }
  auto merged = writer.finish();
  if (!merged) return merged.failure();
  merged->bare = bare;
  if (auto added = add_segment(*merged); !added) return added;
  for (const Segment& part : parts)
    if (auto removed = remove(part); !removed) return removed;
  return {};
}

Result<void> Postings::remove(const Segment& segment) {
  std::erase_if(segments_, [&](const Segment& other) { return other.id == segment.id; });
  return database_->execute(
      "DELETE FROM postings WHERE id >= " + std::to_string(segment.first_key()) + " AND id < " +
      std::to_string(segment.end_key()) +
      ";DELETE FROM segments WHERE id = " + std::to_string(segment.id));
}

Result<void> Postings::shorten(std::int64_t segment, const Keep& keep) {
  if (auto fresh = refresh(); !fresh) return fresh;
  const auto found = std::find_if(segments_.begin(), segments_.end(),
                                  [&](const Segment& one) { return one.id == segment; });
  if (found == segments_.end()) return {};
  return merge({Segment(*found)}, &keep);
}

}  // namespace unsent
