// SPDX-License-Identifier: MIT
#include "ledger/gaps.h"

#include <algorithm>

namespace unsent {
namespace {

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }

Result<void> insert(Database& database, const CoverageGap& gap) {
  auto add = database.prepare("INSERT OR REPLACE INTO gaps VALUES (?1, ?2, ?3)");
  if (!add) return add.failure();
  return add->bind(1, gap.source).bind(2, count_of(gap.since)).bind(3, count_of(gap.until)).run();
}

Result<std::vector<CoverageGap>> gaps_by(Statement& query) {
  std::vector<CoverageGap> gaps;
  for (;;) {
    const auto row = query.step();
    if (!row) return row.failure();
    if (!*row) return gaps;
    gaps.push_back({std::string(query.text(0)), Time(seconds(query.integer(1))),
                    Time(seconds(query.integer(2)))});
  }
}

// Takes the gaps of that source that touch the time out of the table.
Result<std::vector<CoverageGap>> take_touching(Database& database, const CoverageGap& gap) {
  constexpr std::string_view kTouching =
      " FROM gaps WHERE source = ?1 AND since <= ?3 AND until >= ?2";
  auto query = database.prepare("SELECT source, since, until" + std::string(kTouching));
  if (!query) return query.failure();
  query->bind(1, gap.source).bind(2, count_of(gap.since)).bind(3, count_of(gap.until));
  auto gaps = gaps_by(*query);
  if (!gaps) return gaps;
  auto drop = database.prepare("DELETE" + std::string(kTouching));
  if (!drop) return drop.failure();
  drop->bind(1, gap.source).bind(2, count_of(gap.since)).bind(3, count_of(gap.until));
  if (auto dropped = drop->run(); !dropped) return dropped.failure();
  return gaps;
}

}  // namespace

Result<std::vector<CoverageGap>> read_gaps(Database& database) {
  auto query = database.prepare("SELECT source, since, until FROM gaps ORDER BY source, since");
  if (!query) return query.failure();
  return gaps_by(*query);
}

Result<void> add_gap(Database& database, const CoverageGap& gap) {
  CoverageGap whole = gap;
  const auto touching = take_touching(database, gap);
  if (!touching) return touching.failure();
  for (const CoverageGap& other : *touching) {
    whole.since = std::min(whole.since, other.since);
    whole.until = std::max(whole.until, other.until);
  }
  return insert(database, whole);
}

Result<void> cut_from_gaps(Database& database, const CoverageGap& read) {
  const auto touching = take_touching(database, read);
  if (!touching) return touching.failure();
  for (CoverageGap gap : *touching) {
    if (gap.until > read.until) {
      const CoverageGap behind{gap.source, std::max(gap.since, read.until), gap.until};
      if (auto added = insert(database, behind); !added) return added;
    }
    gap.until = std::min(gap.until, read.since);
    if (gap.since < gap.until)
      if (auto added = insert(database, gap); !added) return added;
  }
  return {};
}

}  // namespace unsent
