// SPDX-License-Identifier: MIT
#include "ledger/bounce_counter.h"

#include <sys/stat.h>

#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "evidence/ledger.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {
namespace {

constexpr int kWaitMilliseconds = 20;
constexpr std::size_t kMostFull = 10000;
// In bytes: each process that opens the ledger reads the WAL.
constexpr off_t kMostLeftBehind = off_t{400} * 1024;

constexpr std::string_view kIsKnown = "SELECT 1 FROM bounces WHERE message = ?1 AND bounce = ?2";
constexpr std::string_view kCountAll = "SELECT count(*) FROM bounces WHERE message = ?1";

off_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

}  // namespace

struct BounceCounter::Connection {
  Database database;
  Statement is_known, insert, count_all, note_proof;
  std::unordered_set<std::int64_t> full;  // rows that are counted no more
  std::unordered_map<std::int64_t, std::unordered_set<std::int64_t>> unwritten;  // by row

  Result<void> open(const std::string& path, bool is_reading) {
    auto opened = Database::open(
        path, is_reading ? Database::Access::read : Database::Access::write, kWaitMilliseconds);
    if (!opened) return opened.failure();
    database = std::move(*opened);
    if (is_reading) return prepare_reading();
    // A count may be lost with the power: nothing waits for the disk.
    database.leave_wal_behind();
    if (auto tuned = database.execute("PRAGMA synchronous = NORMAL"); !tuned) return tuned;
    // Where it cannot be, for who reads just now, the next one does it.
    if (size_of(path + "-wal") > kMostLeftBehind)
      static_cast<void>(database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    const std::pair<Statement*, std::string_view> all[] = {
        {&is_known, kIsKnown},
        {&insert,
         "INSERT OR IGNORE INTO bounces SELECT ?1, ?2 WHERE ?1 < 0 OR "
         "EXISTS (SELECT 1 FROM messages WHERE id = ?1)"},
        {&count_all, kCountAll},
        {&note_proof,
         "INSERT OR REPLACE INTO measured SELECT ?1, ?2, ?3 WHERE "
         "(SELECT count(*) FROM measured) < 10000"}};
    for (const auto& [statement, sql] : all) {
      auto prepared = database.prepare(sql);
      if (!prepared) return prepared.failure();
      *statement = std::move(*prepared);
    }
    return {};
  }

  Result<void> prepare_reading() {
    for (const auto& [statement, sql] : {std::pair{&is_known, kIsKnown}, {&count_all, kCountAll}}) {
      auto prepared = database.prepare(sql);
      if (!prepared) return prepared.failure();
      *statement = std::move(*prepared);
    }
    return {};
  }

  // With those that came in this run, which are written nowhere.
  Result<std::int64_t> count_with(std::int64_t row, std::int64_t bounce) {
    auto known = is_known.bind(1, row).bind(2, bounce).number();
    if (!known) return known;
    auto all = count_all.bind(1, row).number();
    if (!all) return all;
    auto& here = unwritten[row];
    if (*known == 0 && here.size() < kMostFull) here.insert(bounce);
    return *all + static_cast<std::int64_t>(here.size());
  }

  Result<std::int64_t> count(std::int64_t row, std::int64_t bounce) {
    if (full.count(row) > 0) return Ledger::kMostCounted;
    auto known = is_known.bind(1, row).bind(2, bounce).number();
    if (!known) return known;
    auto before = count_all.bind(1, row).number();
    if (before && *before >= Ledger::kMostCounted && full.size() < kMostFull) full.insert(row);
    if (!before || *known != 0 || *before >= Ledger::kMostCounted) return before;
    const auto inserted = insert.bind(1, row).bind(2, bounce).run();
    if (!inserted) return inserted.failure();
    return *before + database.changed_rows();
  }
};

BounceCounter::BounceCounter(std::string path) : path_(std::move(path)) {}
BounceCounter::~BounceCounter() = default;

bool BounceCounter::connect() {
  if (!connection_ && !has_given_up_) {
    connection_ = std::make_unique<Connection>();
    has_given_up_ = !connection_->open(path_, is_reading_);
  }
  return !has_given_up_;
}

void BounceCounter::note(std::string_view bringer, bool is_recorded, Time now) {
  if (is_reading_ || !connect()) return;
  const std::string vote = std::string(bringer) + (is_recorded ? " +" : " -");
  Statement& note = connection_->note_proof.bind(1, hash_of_id(vote));
  note.bind(2, now.time_since_epoch().count()).bind(3, std::int64_t{is_recorded ? 1 : 0});
  has_given_up_ = !note.run();
}

std::int64_t BounceCounter::count(std::int64_t row, std::string_view bounce) {
  if (row == 0 || !connect()) return 0;
  const std::int64_t hash = hash_of_id(bounce);
  const auto counted =
      is_reading_ ? connection_->count_with(row, hash) : connection_->count(row, hash);
  has_given_up_ = !counted;
  return counted ? *counted : 0;
}

std::int64_t BounceCounter::count_to(std::string_view address, std::string_view bounce) {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
  return count(-1 - (hash_of_id(lower(address)) & kAll), bounce);
}

}  // namespace unsent
