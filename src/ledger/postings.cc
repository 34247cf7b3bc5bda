// SPDX-License-Identifier: MIT
#include "ledger/postings.h"

#include <algorithm>
#include <string>

namespace unsent {

Postings::Postings(Database& database)
    : database_(&database),
      segments_query_(
          "SELECT id, bits, entries, bare, oldest, EXISTS (SELECT 1 FROM fresh) FROM segments "
          "ORDER BY id"),
      chunk_("SELECT entries FROM postings WHERE id = ?1"),
      chunks_(SegmentReader::kChunks),
      add_chunk_(SegmentWriter::kAddChunk),
      add_segment_("INSERT INTO segments VALUES (?1, ?2, ?3, ?4, ?5)"),
      fresh_("SELECT message FROM fresh WHERE hash = ?1"),
      add_fresh_("INSERT OR IGNORE INTO fresh VALUES (?1, ?2, ?3)"),
      all_fresh_("SELECT hash, message FROM fresh") {}

// The list is read again where another connection has written since.
Result<void> Postings::refresh() {
  if (holds_lock_) return {};
  const auto now = database_->data_version();
  if (!now) return now.failure();
  if (*now != seen_version_)
    if (auto read = read_segments(); !read) return read;
  seen_version_ = *now;
  holds_lock_ = database_->is_writing();
  return {};
}

Result<void> Postings::read_segments() {
  const auto query = segments_query_.in(*database_);
  if (!query) return query.failure();
  segments_.clear();
  has_fresh_ = true;  // without segments nothing says so
  for (;;) {
    const auto more = (*query)->step();
    if (!more) return more.failure();
    if (!*more) return {};
    segments_.push_back({(*query)->integer(0), static_cast<unsigned>((*query)->integer(1)),
                         (*query)->integer(2), (*query)->integer(3), (*query)->integer(4)});
    has_fresh_ = (*query)->integer(5) != 0;
    if (segments_.back().is_possible()) continue;
    (*query)->reset();
    return fail(ErrorCode::config,
                database_->path() + ": damaged (a segment of " +
                    std::to_string(segments_.back().bits) + " bits)",
                "restore it from a backup, or move it away and import again");
  }
}

Result<std::vector<std::int64_t>> Postings::find(std::uint64_t full_hash, Wanted wanted) {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  const std::uint64_t hash = kept_bits(full_hash);
  std::vector<std::int64_t> rows;
  if (wanted == Wanted::all || pending_bare_ > 0) {
    const auto [first, last] = pending_.equal_range(hash);
    for (auto each = first; each != last && rows.size() < kMostOfOneHash; ++each)
      rows.push_back(each->second);
  }
  if (has_fresh_)
    if (auto found = find_fresh(hash, rows); !found) return found.failure();
  const auto chunk = chunk_.in(*database_);
  if (!chunk) return chunk.failure();
  for (const Segment& segment : segments_) {
    if (wanted == Wanted::bare && segment.bare == 0) continue;
    const auto row = (*chunk)->bind(1, segment.key_of(hash)).step();
    if (!row) return row.failure();
    if (!*row) continue;
    find_in_chunk((*chunk)->text(0), hash, rows);
    (*chunk)->reset();
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

Result<void> Postings::find_fresh(std::uint64_t hash, std::vector<std::int64_t>& rows) {
  const auto fresh = fresh_.in(*database_);
  if (!fresh) return fresh.failure();
  (*fresh)->bind(1, static_cast<std::int64_t>(hash));
  for (;;) {
    const auto row = (*fresh)->step();
    if (!row) return row.failure();
    if (!*row) return {};
    rows.push_back((*fresh)->integer(0));
  }
}

void Postings::add(std::uint64_t hash, std::int64_t row, bool is_bare) {
  pending_.emplace(kept_bits(hash), row);
  if (is_bare) ++pending_bare_;
}

void Postings::forget() {
  pending_.clear();
  pending_bare_ = 0;
  seen_version_ = -1;
  holds_lock_ = false;
}

Result<void> Postings::flush() {
  const auto flushed = pending_.empty() ? Result<void>() : write_pending();
  holds_lock_ = false;
  return flushed;
}

Result<void> Postings::write_pending() {
  if (auto fresh = refresh(); !fresh) return fresh;
  const auto kept = database_->integer("SELECT count(*) FROM fresh");
  if (!kept) return kept.failure();
  if (pending_.size() + static_cast<std::size_t>(*kept) >= kFresh) return write_segment();
  has_fresh_ = true;
  const auto add = add_fresh_.in(*database_);
  if (!add) return add.failure();
  for (const auto& [hash, row] : pending_) {
    (*add)->bind(1, static_cast<std::int64_t>(hash)).bind(2, row);
    auto added = (*add)->bind(3, std::int64_t{pending_bare_ > 0 ? 1 : 0}).run();
    if (!added) return added;
  }
  pending_.clear();
  pending_bare_ = 0;
  return {};
}

Result<std::vector<std::int64_t>> Postings::segments_before(std::int64_t row) {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  std::vector<std::int64_t> ids;
  for (const Segment& segment : segments_)
    if (segment.oldest < row) ids.push_back(segment.id);
  return ids;
}

Result<std::string> Postings::check() {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  const auto chunks = chunks_.in(*database_);
  if (!chunks) return chunks.failure();
  for (const Segment& segment : segments_) {
    SegmentReader reader(**chunks, segment);
    std::int64_t entries = 0;
    for (Posting last;; ++entries) {
      const auto more = reader.advance();
      if (!more) return more.failure();
      if (!*more) break;
      if (reader.posting() < last) return std::string("the index is out of order");
      last = reader.posting();
    }
    if (entries != segment.entries)
      return "a segment of the index has " + std::to_string(entries) + " entries in place of " +
             std::to_string(segment.entries);
  }
  return std::string();
}

}  // namespace unsent
