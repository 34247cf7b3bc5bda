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

off_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_size : 0;
}

// While it lives, nothing waits for long.
class Hurry {
 public:
  explicit Hurry(Database& database)
      : database_(database), before_(database.wait_at_most(kWaitMilliseconds)) {}
  ~Hurry() { database_.wait_at_most(before_); }
  Hurry(const Hurry&) = delete;
  Hurry& operator=(const Hurry&) = delete;

 private:
  Database& database_;
  int before_;
};

}  // namespace

struct BounceCounter::Account {
  std::string path;  // of the ledger that is opened for it
  Database own;
  Database* database = nullptr;
  bool is_tuned = false;
  LazyStatement is_known{"SELECT 1 FROM bounces WHERE message = ?1 AND bounce = ?2"};
  LazyStatement count_all{"SELECT count(*) FROM bounces WHERE message = ?1"};
  LazyStatement insert{
      "INSERT OR IGNORE INTO bounces SELECT ?1, ?2 WHERE ?1 < 0 OR "
      "EXISTS (SELECT 1 FROM messages WHERE id = ?1)"};
  LazyStatement note_proof{
      "INSERT OR REPLACE INTO measured SELECT ?1, ?2, ?3 WHERE "
      "(SELECT count(*) FROM measured) < 10000"};
  std::unordered_set<std::int64_t> full;  // rows that are counted no more
  std::unordered_map<std::int64_t, std::unordered_set<std::int64_t>> unwritten;  // by row

  Result<void> open() {
    if (database != nullptr) return {};
    auto opened = Database::open(path, Database::Access::write, kWaitMilliseconds);
    if (!opened) return opened.failure();
    own = std::move(*opened);
    own.leave_wal_behind();
    database = &own;
    return {};
  }

  // A count may be lost with the power: nothing waits for the disk. Where the WAL cannot be
  // cut, for who reads just now, the next one does it.
  Result<void> get_ready_to_write() {
    database->end_lingering();
    if (std::exchange(is_tuned, true)) return {};
    if (auto tuned = database->execute("PRAGMA synchronous = NORMAL"); !tuned) return tuned;
    if (size_of(database->path() + "-wal") > kMostLeftBehind)
      static_cast<void>(database->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    return {};
  }

  struct Known {
    bool is_known = false;
    std::int64_t all = 0;
  };
  Result<Known> look(std::int64_t row, std::int64_t bounce) {
    const auto reading = ReadTransaction::begin(*database);
    if (!reading) return reading.failure();
    const auto one = is_known.in(*database);
    if (!one) return one.failure();
    const auto found = (*one)->bind(1, row).bind(2, bounce).number();
    if (!found) return found.failure();
    const auto every = count_all.in(*database);
    if (!every) return every.failure();
    const auto all = (*every)->bind(1, row).number();
    if (!all) return all.failure();
    return Known{*found != 0, *all};
  }

  // With those that came in this run, which are written nowhere.
  Result<std::int64_t> count_with(std::int64_t row, std::int64_t bounce) {
    const auto known = look(row, bounce);
    if (!known) return known.failure();
    auto& here = unwritten[row];
    if (!known->is_known && here.size() < kMostFull) here.insert(bounce);
    return known->all + static_cast<std::int64_t>(here.size());
  }

  Result<std::int64_t> count(std::int64_t row, std::int64_t bounce) {
    if (full.count(row) > 0) return Ledger::kMostCounted;
    const auto before = look(row, bounce);
    if (!before) return before.failure();
    if (before->all >= Ledger::kMostCounted && full.size() < kMostFull) full.insert(row);
    if (before->is_known || before->all >= Ledger::kMostCounted) return before->all;
    if (auto ready = get_ready_to_write(); !ready) return ready.failure();
    const auto add = insert.in(*database);
    if (!add) return add.failure();
    if (auto added = (*add)->bind(1, row).bind(2, bounce).run(); !added) return added.failure();
    return before->all + database->changed_rows();
  }

  Result<void> note(std::int64_t vote, bool is_recorded, Time now) {
    if (auto ready = get_ready_to_write(); !ready) return ready;
    const auto add = note_proof.in(*database);
    if (!add) return add.failure();
    (*add)->bind(1, vote).bind(2, now.time_since_epoch().count());
    return (*add)->bind(3, std::int64_t{is_recorded ? 1 : 0}).run();
  }
};

BounceCounter::BounceCounter(Database& database, Notes notes)
    : notes_(notes), account_(std::make_unique<Account>()) {
  account_->database = &database;
}

BounceCounter::BounceCounter(std::string path) : account_(std::make_unique<Account>()) {
  account_->path = std::move(path);
}

BounceCounter::~BounceCounter() = default;

bool BounceCounter::is_open() {
  if (!has_given_up_) has_given_up_ = !account_->open();
  return !has_given_up_;
}

void BounceCounter::note(std::string_view bringer, bool is_recorded, Time now) {
  if (notes_ == Notes::not_written || !is_open()) return;
  const Hurry hurry(*account_->database);
  const std::string vote = std::string(bringer) + (is_recorded ? " +" : " -");
  has_given_up_ = !account_->note(hash_of_id(vote), is_recorded, now);
}

std::int64_t BounceCounter::count(std::int64_t row, std::string_view bounce) {
  if (row == 0 || !is_open()) return 0;
  const Hurry hurry(*account_->database);
  const std::int64_t hash = hash_of_id(bounce);
  const auto counted =
      notes_ == Notes::written ? account_->count(row, hash) : account_->count_with(row, hash);
  has_given_up_ = !counted;
  return counted ? *counted : 0;
}

std::int64_t BounceCounter::count_to(std::string_view address, std::string_view bounce) {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
  return count(-1 - (hash_of_id(lower(address)) & kAll), bounce);
}

}  // namespace unsent
