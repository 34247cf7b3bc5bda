// SPDX-License-Identifier: MIT
// Finds rows by a hash: of an id, of a notice, of who wrote to whom. In a B-tree over
// random keys each would touch a page of its own; so they are gathered, sorted and written
// side by side as a segment, and four segments of about one size become one of the next.
// Each is written some times more for that, but in order, and takes 14 bytes.
//
// What is found may be a row that is gone, or one whose hash only looks the same: the row
// itself decides.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ledger/segment.h"
#include "ledger/sqlite.h"

namespace unsent {

class Postings {
 public:
  enum class Wanted {
    all,
    bare,  // rows that are said to be bare; others may come as well
  };

  // database must outlive it.
  explicit Postings(Database& database);

  // The rows under that hash (of 64 bits), each once, some hundreds at most. Within a
  // transaction of the caller's, reading or writing.
  Result<std::vector<std::int64_t>> find(std::uint64_t hash, Wanted wanted = Wanted::all);

  // Found from now on, and written by flush.
  void add(std::uint64_t hash, std::int64_t row, bool is_bare);
  // To be called before each commit: until then nobody else can write, and is not looked for.
  Result<void> flush();
  // After a rollback: nothing of what was added is there.
  void forget();

  // The segments that may hold rows before that one, and one of them without the rows that
  // keep refuses; nothing happens if it has been merged into another meanwhile. Within a
  // transaction of the caller's.
  using Keep = std::function<Result<bool>(std::int64_t row)>;
  Result<std::vector<std::int64_t>> segments_before(std::int64_t row);
  Result<void> shorten(std::int64_t segment, const Keep& keep);
  // Says what is wrong with the segments, "" if nothing is: each chunk there, in order.
  Result<std::string> check();

 private:
  static constexpr std::size_t kFresh = 4096;  // from so many on they are made a segment

  static unsigned level_of(std::int64_t entries);
  Result<void> refresh();
  Result<void> write_segment();
  Result<std::vector<Posting>> take_fresh();
  Result<void> merge_where_due(std::size_t written);
  Result<void> merge(const std::vector<Segment>& parts, const Keep* keep);
  Result<void> read_segments();
  Result<void> find_fresh(std::uint64_t hash, std::vector<std::int64_t>& rows);
  Result<void> write_pending();
  std::int64_t next_id() const;
  Result<void> add_segment(const Segment& segment);
  Result<void> remove(const Segment& segment);

  Database* database_;
  LazyStatement segments_query_, chunk_, chunks_, add_chunk_, add_segment_, fresh_, add_fresh_,
      all_fresh_;
  std::int64_t seen_version_ = -1;
  bool holds_lock_ = false;  // what is known of the tables stays so until flush or forget
  bool has_fresh_ = true;
  std::vector<Segment> segments_;
  std::unordered_multimap<std::uint64_t, std::int64_t> pending_;
  std::int64_t pending_bare_ = 0;
};

}  // namespace unsent
