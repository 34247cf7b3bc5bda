// SPDX-License-Identifier: MIT
#include "ledger/packed_rows.h"

#include <string_view>

#include "ledger/packed_row.h"

namespace unsent {
namespace {

// Of 64 bits of a hash 56 are kept. A chunk holds those that begin alike, in order: of each the
// last 48 bits, and 56 of the message's number.
constexpr unsigned kHashBits = 56;
constexpr unsigned kLeastBits = 8;
constexpr unsigned kMostBits = 32;
constexpr std::size_t kHashBytes = 6;
constexpr std::size_t kEntry = 13;

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

void find_in_chunk(std::string_view chunk, std::uint64_t hash, std::vector<std::int64_t>& rows) {
  const std::uint64_t wanted = hash & ((std::uint64_t{1} << (8 * kHashBytes)) - 1);
  for (std::size_t at = 0; at + kEntry <= chunk.size(); at += kEntry) {
    if (number_at(chunk, at, kHashBytes) != wanted) continue;
    const std::uint64_t row = number_at(chunk, at + kHashBytes, kEntry - kHashBytes);
    rows.push_back(static_cast<std::int64_t>(row << 8U) >> 8U);  // with its sign
  }
}

}  // namespace

PackedRows::PackedRows(Database& database, const std::string& prefix)
    : database_(&database),
      segments_sql_("SELECT id, bits FROM " + prefix + "segments ORDER BY id"),
      chunk_sql_("SELECT entries FROM " + prefix + "postings WHERE id = ?1"),
      fresh_sql_("SELECT message FROM " + prefix + "fresh WHERE hash = ?1"),
      rows_sql_("SELECT id, packed FROM " + prefix +
                "messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3"),
      segments_query_(segments_sql_),
      chunk_(chunk_sql_),
      fresh_(fresh_sql_),
      rows_(rows_sql_) {}

Result<void> PackedRows::read_segments() {
  const auto query = segments_query_.in(*database_);
  if (!query) return query.failure();
  std::vector<Segment> segments;
  for (;;) {
    const auto more = (*query)->step();
    if (!more) return more.failure();
    if (!*more) break;
    segments.push_back({(*query)->integer(0), static_cast<unsigned>((*query)->integer(1))});
    if (segments.back().bits >= kLeastBits && segments.back().bits <= kMostBits) continue;
    (*query)->reset();
    return damaged(*database_, "a segment of " + std::to_string(segments.back().bits) + " bits");
  }
  segments_ = std::move(segments);
  return {};
}

Result<std::vector<std::int64_t>> PackedRows::find(std::uint64_t full_hash) {
  if (!segments_)
    if (auto read = read_segments(); !read) return read.failure();
  const std::uint64_t hash = full_hash >> (64 - kHashBits);
  std::vector<std::int64_t> rows;
  const auto fresh = fresh_.in(*database_);
  if (!fresh) return fresh.failure();
  (*fresh)->bind(1, static_cast<std::int64_t>(hash));
  for (;;) {
    const auto more = (*fresh)->step();
    if (!more) return more.failure();
    if (!*more) break;
    rows.push_back((*fresh)->integer(0));
  }
  const auto chunk = chunk_.in(*database_);
  if (!chunk) return chunk.failure();
  for (const Segment& segment : *segments_) {
    const std::uint64_t key =
        static_cast<std::uint64_t>(segment.id) << 32U | hash >> (kHashBits - segment.bits);
    const auto more = (*chunk)->bind(1, static_cast<std::int64_t>(key)).step();
    if (!more) return more.failure();
    if (!*more) continue;
    find_in_chunk((*chunk)->text(0), hash, rows);
    (*chunk)->reset();
  }
  return rows;
}

// In a damaged tree of pages a walk may come to the same page again, and so have no end.
Result<std::vector<Row>> PackedRows::between(std::int64_t first, std::int64_t last,
                                             std::int64_t limit) {
  const auto lazy = rows_.in(*database_);
  if (!lazy) return lazy.failure();
  Statement& statement = **lazy;
  statement.bind(1, first).bind(2, last).bind(3, limit);
  std::vector<Row> rows;
  for (;;) {
    const auto more = statement.step();
    if (!more) return more.failure();
    if (!*more) return rows;
    const std::int64_t number = statement.integer(0);
    const bool is_in_order = number >= first && (rows.empty() || rows.back().number < number);
    auto row = is_in_order ? unpack_row(number, statement.text(1)) : std::nullopt;
    if (!row) {
      statement.reset();
      return damaged(*database_, "message " + std::to_string(number));
    }
    rows.push_back(std::move(*row));
  }
}

}  // namespace unsent
