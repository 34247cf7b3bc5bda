// SPDX-License-Identifier: MIT
// A segment of the index: postings in order of their hashes, written once, in chunks of
// which each is a row of a table. Where its chunk is a hash tells by itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/sqlite.h"

namespace unsent {

struct Posting {
  std::uint64_t hash = 0;  // of 56 bits
  std::int64_t row = 0;    // of 56 bits, with its sign
  auto operator<=>(const Posting&) const = default;
};

// Of 64 bits of a hash, those that are kept.
std::uint64_t kept_bits(std::uint64_t hash);

// More rows than that under one hash are not kept.
inline constexpr std::size_t kMostOfOneHash = 256;

struct Segment {
  std::int64_t id = 0;
  unsigned bits = 0;  // of the hash, that say in which chunk an entry is
  std::int64_t entries = 0;
  std::int64_t bare = 0;    // how many of them are of rows that are said to be bare
  std::int64_t oldest = 0;  // the first row

  bool is_possible() const;
  // Rows of postings from the first number on and before the second are its chunks.
  std::int64_t first_key() const { return id << 32U; }
  std::int64_t end_key() const { return (id + 1) << 32U; }
  std::int64_t key_of(std::uint64_t hash) const;
};

// Adds the rows under that hash.
void find_in_chunk(std::string_view chunk, std::uint64_t hash, std::vector<std::int64_t>& rows);

// Walks through the postings of a segment. For both, what is handed in must outlive them.
class SegmentReader {
 public:
  static constexpr std::string_view kChunks =
      "SELECT id, entries FROM postings WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 32";

  // chunks: of kChunks.
  SegmentReader(Statement& chunks, const Segment& segment)
      : chunks_(&chunks), segment_(segment), next_key_(segment.first_key()) {}

  // To the first posting, then to the next. False behind the last.
  Result<bool> advance();
  const Posting& posting() const { return read_[at_]; }

 private:
  Result<void> read_on();
  void take(std::string_view chunk, std::uint64_t number);

  Statement* chunks_;
  Segment segment_;
  std::int64_t next_key_;
  std::vector<Posting> read_;
  std::size_t at_ = 0;
};

// Writes a segment; postings come in order. One that comes twice is written once.
class SegmentWriter {
 public:
  static constexpr std::string_view kAddChunk = "INSERT INTO postings VALUES (?1, ?2)";

  // add_chunk: of kAddChunk. At most that many postings will come.
  SegmentWriter(Statement& add_chunk, std::int64_t id, std::size_t most);

  Result<void> add(const Posting& posting);
  // Without entries if none came.
  Result<Segment> finish();

 private:
  Result<void> write_chunk();

  Statement* add_chunk_;
  Segment segment_;
  std::int64_t key_ = 0;
  std::string chunk_;
  std::optional<Posting> last_;
  std::size_t of_one_hash_ = 0;
};

}  // namespace unsent
