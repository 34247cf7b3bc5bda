// SPDX-License-Identifier: MIT
#include "ledger/postings.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace unsent {
namespace {

constexpr unsigned kHashBits = 56;    // that are kept
constexpr unsigned kStoredBits = 48;  // of them in the entry itself: the chunk tells the rest
constexpr unsigned kLeastBits = kHashBits - kStoredBits;
constexpr unsigned kMostBits = 24;
constexpr std::size_t kHashBytes = 6;
constexpr std::size_t kEntry = 13;  // 6 of the hash, 7 of the row, the highest first
constexpr std::size_t kEntriesOfChunk = 32;
constexpr std::size_t kFresh = 4096;  // from so many on they are made a segment
constexpr std::size_t kMostOfOneHash = 256;
constexpr std::size_t kFanOut = 4;
constexpr std::int64_t kLargest = std::int64_t{1} << 24U;  // entries that are merged no more
// Who writes a little does not pay for the merging of a lot.
constexpr std::int64_t kMergedAtOnce = std::int64_t{1} << 19U;

std::uint64_t kept_bits(std::uint64_t hash) { return hash >> (64 - kHashBits); }

void put(std::string& to, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;) to += static_cast<char>(value >> (8 * i) & 0xFFU);
}

std::uint64_t get(std::string_view from, std::size_t at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value = value << 8U | static_cast<unsigned char>(from[at + i]);
  return value;
}

std::int64_t row_at(std::string_view entries, std::size_t at) {
  const std::uint64_t bits = get(entries, at + kHashBytes, 7);
  return static_cast<std::int64_t>(bits << 8U) >> 8U;  // with its sign
}

std::uint64_t chunk_of(std::uint64_t hash, unsigned bits) { return hash >> (kHashBits - bits); }

std::int64_t key_of(std::int64_t segment, std::uint64_t chunk) {
  return segment << 32U | static_cast<std::int64_t>(chunk);
}

unsigned bits_for(std::size_t entries) {
  const auto bits = static_cast<unsigned>(std::bit_width(entries / kEntriesOfChunk));
  return std::clamp(bits, kLeastBits, kMostBits);
}

unsigned level_of(std::int64_t entries) {
  return static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(entries) / kFresh)) / 2;
}

void find_in_chunk(std::string_view entries, std::uint64_t hash, std::vector<std::int64_t>& rows) {
  std::string wanted;
  put(wanted, hash & ((std::uint64_t{1} << kStoredBits) - 1), kHashBytes);
  const auto at = [&](std::size_t index) { return entries.substr(index * kEntry, kHashBytes); };
  std::size_t low = 0;
  std::size_t high = entries.size() / kEntry;
  const std::size_t end = high;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (at(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < end && at(low) == wanted; ++low) rows.push_back(row_at(entries, low * kEntry));
}

}  // namespace

// Walks through the entries of a segment; the hashes are of 56 bits.
class Postings::Cursor {
 public:
  Cursor(Postings& postings, const Segment& segment)
      : postings_(&postings), segment_(segment), next_key_(key_of(segment.id, 0)) {}

  // nullopt behind the last.
  Result<std::optional<Posting>> next() {
    if (at_ + kEntry > entries_.size()) {
      const auto more = read_chunk();
      if (!more) return more.failure();
      if (!*more) return std::optional<Posting>();
    }
    const Posting posting{high_ | get(entries_, at_, kHashBytes), row_at(entries_, at_)};
    at_ += kEntry;
    return std::optional<Posting>(posting);
  }

 private:
  Result<bool> read_chunk() {
    const auto query = postings_->next_chunk_.in(*postings_->database_);
    if (!query) return query.failure();
    Statement& statement = **query;
    statement.bind(1, next_key_).bind(2, key_of(segment_.id + 1, 0));
    const auto row = statement.step();
    if (!row) return row.failure();
    if (!*row) return false;
    const std::int64_t key = statement.integer(0);
    entries_ = statement.text(1);
    statement.reset();
    at_ = 0;
    next_key_ = key + 1;
    const auto chunk = static_cast<std::uint64_t>(key) & 0xFFFFFFFFU;
    high_ = chunk >> (segment_.bits - kLeastBits) << kStoredBits;
    return entries_.size() >= kEntry;
  }

  Postings* postings_;
  Segment segment_;
  std::int64_t next_key_;
  std::string entries_;
  std::size_t at_ = 0;
  std::uint64_t high_ = 0;
};

// Writes a segment; the hashes, of 56 bits, come in order.
class Postings::Writer {
 public:
  Writer(Postings& postings, std::size_t entries) : postings_(postings) {
    segment_.bits = bits_for(entries);
    segment_.oldest = std::numeric_limits<std::int64_t>::max();
    for (const Segment& other : postings.segments_)
      segment_.id = std::max(segment_.id, other.id + 1);
  }

  Result<void> add(const Posting& posting) {
    if (posting == last_) return {};
    of_one_hash_ = posting.hash == last_.hash ? of_one_hash_ + 1 : 1;
    last_ = posting;
    if (of_one_hash_ > kMostOfOneHash) return {};
    const std::uint64_t chunk = chunk_of(posting.hash, segment_.bits);
    if (chunk != chunk_)
      if (auto written = write_chunk(); !written) return written;
    chunk_ = chunk;
    put(entries_, posting.hash & ((std::uint64_t{1} << kStoredBits) - 1), kHashBytes);
    put(entries_, static_cast<std::uint64_t>(posting.row), kEntry - kHashBytes);
    ++segment_.entries;
    segment_.oldest = std::min(segment_.oldest, posting.row);
    return {};
  }

  Result<void> finish(std::int64_t bare) {
    if (auto written = write_chunk(); !written) return written;
    if (segment_.entries == 0) return {};
    segment_.bare = bare;
    const auto add = postings_.add_segment_.in(*postings_.database_);
    if (!add) return add.failure();
    (*add)->bind(1, segment_.id).bind(2, std::int64_t{segment_.bits}).bind(3, segment_.entries);
    auto added = (*add)->bind(4, segment_.bare).bind(5, segment_.oldest).run();
    if (added) postings_.segments_.push_back(segment_);
    return added;
  }

 private:
  Result<void> write_chunk() {
    if (entries_.empty()) return {};
    const auto add = postings_.add_chunk_.in(*postings_.database_);
    if (!add) return add.failure();
    auto added = (*add)->bind(1, key_of(segment_.id, chunk_)).bind_blob(2, entries_).run();
    entries_.clear();
    return added;
  }

  Postings& postings_;
  Segment segment_;
  std::uint64_t chunk_ = 0;
  std::string entries_;
  Posting last_{~std::uint64_t{0}, 0};
  std::size_t of_one_hash_ = 0;
};

Postings::Postings(Database& database)
    : database_(&database),
      data_version_("PRAGMA data_version"),
      segments_query_("SELECT id, bits, entries, bare, oldest FROM segments ORDER BY id"),
      chunk_("SELECT entries FROM postings WHERE id = ?1"),
      next_chunk_(
          "SELECT id, entries FROM postings WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1"),
      add_chunk_("INSERT INTO postings VALUES (?1, ?2)"),
      add_segment_("INSERT INTO segments VALUES (?1, ?2, ?3, ?4, ?5)"),
      fresh_("SELECT message FROM fresh WHERE hash = ?1"),
      add_fresh_("INSERT OR IGNORE INTO fresh VALUES (?1, ?2, ?3)"),
      all_fresh_("SELECT hash, message FROM fresh") {}

// The list is read again where another connection has written since.
Result<void> Postings::refresh() {
  const auto version = data_version_.in(*database_);
  if (!version) return version.failure();
  const auto row = (*version)->step();
  if (!row) return row.failure();
  const std::int64_t now = (*version)->integer(0);
  (*version)->reset();
  if (now == seen_version_) return {};
  const auto query = segments_query_.in(*database_);
  if (!query) return query.failure();
  segments_.clear();
  for (;;) {
    const auto more = (*query)->step();
    if (!more) return more.failure();
    if (!*more) break;
    segments_.push_back({(*query)->integer(0), static_cast<unsigned>((*query)->integer(1)),
                         (*query)->integer(2), (*query)->integer(3), (*query)->integer(4)});
    if (segments_.back().bits < kLeastBits || segments_.back().bits > 32)
      return fail(ErrorCode::config,
                  database_->path() + ": damaged (a segment of " +
                      std::to_string(segments_.back().bits) + " bits)",
                  "restore it from a backup, or move it away and import again");
  }
  seen_version_ = now;
  return {};
}

Result<std::vector<std::int64_t>> Postings::find(std::uint64_t full_hash, Wanted wanted) {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  const std::uint64_t hash = kept_bits(full_hash);
  std::vector<std::int64_t> rows;
  const auto [first, last] = pending_.equal_range(hash);
  for (auto each = first; each != last && rows.size() < kMostOfOneHash; ++each)
    rows.push_back(each->second);
  const auto fresh = fresh_.in(*database_);
  if (!fresh) return fresh.failure();
  (*fresh)->bind(1, static_cast<std::int64_t>(hash));
  for (;;) {
    const auto row = (*fresh)->step();
    if (!row) return row.failure();
    if (!*row) break;
    rows.push_back((*fresh)->integer(0));
  }
  const auto chunk = chunk_.in(*database_);
  if (!chunk) return chunk.failure();
  for (const Segment& segment : segments_) {
    if (wanted == Wanted::bare && segment.bare == 0) continue;
    (*chunk)->bind(1, key_of(segment.id, chunk_of(hash, segment.bits)));
    const auto row = (*chunk)->step();
    if (!row) return row.failure();
    if (!*row) continue;
    find_in_chunk((*chunk)->text(0), hash, rows);
    (*chunk)->reset();
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

void Postings::add(const Posting& posting, bool is_bare) {
  pending_.emplace(kept_bits(posting.hash), posting.row);
  if (is_bare) ++pending_bare_;
}

void Postings::forget() {
  pending_.clear();
  pending_bare_ = 0;
  seen_version_ = -1;
}

Result<void> Postings::flush() {
  if (pending_.empty()) return {};
  if (auto fresh = refresh(); !fresh) return fresh;
  const auto kept = database_->integer("SELECT count(*) FROM fresh");
  if (!kept) return kept.failure();
  if (pending_.size() + static_cast<std::size_t>(*kept) >= kFresh) return write_segment();
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
  return all;
}

Result<void> Postings::write_segment() {
  auto all = take_fresh();
  if (!all) return all.failure();
  const std::size_t written = pending_.size();
  for (const auto& [hash, row] : pending_) all->push_back({hash, row});
  std::sort(all->begin(), all->end());
  Writer writer(*this, all->size());
  for (const Posting& posting : *all)
    if (auto added = writer.add(posting); !added) return added;
  if (auto finished = writer.finish(pending_bare_); !finished) return finished;
  pending_.clear();
  pending_bare_ = 0;
  return merge_where_due(written);
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
  std::vector<Cursor> cursors;
  std::vector<std::optional<Posting>> heads;
  std::size_t entries = 0;
  std::int64_t bare = 0;
  for (const Segment& part : parts) {
    cursors.emplace_back(*this, part);
    auto head = cursors.back().next();
    if (!head) return head.failure();
    heads.push_back(*head);
    entries += static_cast<std::size_t>(part.entries);
    bare += part.bare;
  }
  Writer writer(*this, entries);
  for (;;) {
    std::size_t least = heads.size();
    for (std::size_t i = 0; i < heads.size(); ++i)
      if (heads[i] && (least == heads.size() || *heads[i] < *heads[least])) least = i;
    if (least == heads.size()) break;
    const auto is_kept = keep == nullptr ? Result<bool>(true) : (*keep)(heads[least]->row);
    if (!is_kept) return is_kept.failure();
    if (*is_kept)
      if (auto added = writer.add(*heads[least]); !added) return added;
    auto next = cursors[least].next();
    if (!next) return next.failure();
    heads[least] = *next;
  }
  if (auto finished = writer.finish(bare); !finished) return finished;
  for (const Segment& part : parts)
    if (auto removed = remove(part); !removed) return removed;
  return {};
}

Result<void> Postings::remove(const Segment& segment) {
  const std::string from = std::to_string(key_of(segment.id, 0));
  const std::string to = std::to_string(key_of(segment.id + 1, 0));
  std::erase_if(segments_, [&](const Segment& other) { return other.id == segment.id; });
  return database_->execute("DELETE FROM postings WHERE id >= " + from + " AND id < " + to +
                            ";DELETE FROM segments WHERE id = " + std::to_string(segment.id));
}

Result<std::vector<std::int64_t>> Postings::segments_before(std::int64_t row) {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  std::vector<std::int64_t> ids;
  for (const Segment& segment : segments_)
    if (segment.oldest < row) ids.push_back(segment.id);
  return ids;
}

Result<void> Postings::shorten(std::int64_t segment, const Keep& keep) {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  const auto found = std::find_if(segments_.begin(), segments_.end(),
                                  [&](const Segment& one) { return one.id == segment; });
  if (found == segments_.end()) return {};
  return merge({Segment(*found)}, &keep);
}

Result<std::string> Postings::check() {
  if (auto fresh = refresh(); !fresh) return fresh.failure();
  for (const Segment& segment : std::vector<Segment>(segments_)) {
    Cursor cursor(*this, segment);
    std::int64_t entries = 0;
    Posting last;
    for (;; ++entries) {
      const auto next = cursor.next();
      if (!next) return next.failure();
      if (!*next) break;
      if (**next < last) return std::string("the index is out of order");
      last = **next;
    }
    if (entries != segment.entries)
      return "a segment of the index has " + std::to_string(entries) + " entries in place of " +
             std::to_string(segment.entries);
  }
  return std::string();
}

}  // namespace unsent
