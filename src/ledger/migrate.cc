// SPDX-License-Identifier: MIT
#include "ledger/migrate.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>

#include "base/base64.h"
#include "base/embed.h"
#include "ledger/ledger_file.h"
#include "ledger/old_rows.h"
#include "ledger/packed_rows.h"
#include "ledger/row_store.h"

namespace unsent {

extern const EmbeddedFile kSchema[];
extern const std::size_t kSchema_size;

namespace {

constexpr std::int64_t kHashedVersion = 4;  // the first that has a key

Result<void> carry_over(Database& database, const std::shared_ptr<const LedgerKey>& key,
                        Texts texts) {
  RowStore rows(database, key);
  Recorder recorder(rows, texts);
  const Time now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
  auto carried = for_each_old_row(
      database, [&](const Entry& entry, const std::string& source) -> Result<void> {
        const auto recorded = recorder.record(entry, source, now);
        return recorded ? Result<void>() : recorded.failure();
      });
  if (!carried) return carried;
  if (auto flushed = recorder.counts().flush(); !flushed) return flushed;
  return database.execute(
      "DROP TABLE old_notices; DROP TABLE old_recipients; DROP TABLE old_messages;"
      "DROP TABLE old_addresses; DROP TABLE old_sources");
}

// What a log has left open names addresses as well.
Result<void> seal_feeds(Database& database, const LedgerKey& key) {
  auto query = database.prepare("SELECT first_line, state FROM feeds WHERE state <> ''");
  if (!query) return query.failure();
  auto update = database.prepare("UPDATE feeds SET state = ?2 WHERE first_line = ?1");
  if (!update) return update.failure();
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return {};
    update->bind(1, query->integer(0)).bind(2, encode_base64(key.seal(query->text(1))));
    if (auto updated = update->run(); !updated) return updated;
  }
}

// The pages that held texts are overwritten.
Result<void> turn_to_hashes(Database& database, Texts texts) {
  if (auto wiping = database.execute("PRAGMA secure_delete = ON"); !wiping) return wiping;
  const auto key = LedgerKey::read_or_make(LedgerKey::path_for(database.path()));
  if (!key) return key.failure();
  auto add = database.prepare("INSERT INTO about VALUES ('key', ?1)");
  if (!add) return add.failure();
  if (auto added = add->bind(1, (*key)->name()).run(); !added) return added;
  if (auto sealed = seal_feeds(database, **key); !sealed) return sealed;
  return carry_over(database, *key, texts);
}

Result<bool> has_packed(Database& database) {
  const auto count =
      database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'packed_segments'");
  if (!count) return count.failure();
  return *count > 0;
}

// One walk through what is packed, from its begin on: what is carried over is gone there.
class Unpacking {
 public:
  Unpacking(Database& database, const std::shared_ptr<const LedgerKey>& key)
      : database_(database),
        packed_(database, "packed_"),
        rows_(database, key),
        counts_(database, *key),
        drop_("DELETE FROM packed_messages WHERE id <= ?1") {}

  // One transaction's worth. False if there is none left, or another process was faster.
  Result<bool> some();
  Result<void> settle() { return rows_.postings().settle(); }

 private:
  static constexpr std::int64_t kSmallestPiece = 100;
  static constexpr std::int64_t kLargestPiece = 4000;

  Result<std::int64_t> insert(std::vector<Row>& rows);
  void fit_piece(std::chrono::steady_clock::duration taken);

  Database& database_;
  PackedRows packed_;
  RowStore rows_;
  Counts counts_;
  LazyStatement drop_;
  std::int64_t piece_ = kSmallestPiece;  // rows carried over in one transaction
};

// The number of the last one that is: a few may have as many recipients as many others.
Result<std::int64_t> Unpacking::insert(std::vector<Row>& rows) {
  constexpr std::size_t kMostRecipients = 8000;
  std::int64_t last = 0;
  std::size_t recipients = 0;
  for (Row& row : rows) {
    if (recipients > kMostRecipients) break;
    const std::size_t before = row.recipients.size();
    if (auto inserted = rows_.insert_numbered(row); !inserted) return inserted.failure();
    counts_.recount(row, before);
    recipients += before;
    last = row.number;
  }
  return last;
}

Result<bool> Unpacking::some() {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.failure();
  const auto begun = std::chrono::steady_clock::now();
  const auto is_left = has_packed(database_);
  if (!is_left || !*is_left) return is_left;
  auto rows = packed_.between(std::numeric_limits<std::int64_t>::min(),
                              std::numeric_limits<std::int64_t>::max(), piece_);
  if (!rows) return rows.failure();
  if (rows->empty()) return false;
  const auto last = insert(*rows);
  if (!last) return last.failure();
  const auto drop = drop_.in(database_);
  if (!drop) return drop.failure();
  if (auto dropped = (*drop)->bind(1, *last).run(); !dropped) return dropped.failure();
  if (auto counted = counts_.flush(); !counted) return counted.failure();
  if (auto committed = transaction->commit(); !committed) return committed.failure();
  fit_piece(std::chrono::steady_clock::now() - begun);
  return true;
}

// However slow the machine: who wants to record waits for a few pieces at most.
void Unpacking::fit_piece(std::chrono::steady_clock::duration taken) {
  constexpr std::chrono::milliseconds kHold{100};
  if (taken > kHold) piece_ /= 2;
  if (taken < kHold / 4) piece_ *= 2;
  piece_ = std::clamp(piece_, kSmallestPiece, kLargestPiece);
}

// Of the index that nobody needs any more. False if nothing is left of it.
Result<bool> drop_some_packed(Database& database) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.failure();
  const auto is_left = has_packed(database);
  if (!is_left || !*is_left) return is_left;
  auto dropped = database.execute(
      "DELETE FROM packed_postings WHERE id IN (SELECT id FROM packed_postings LIMIT 5000)");
  if (!dropped) return dropped.failure();
  const bool is_more = database.changed_rows() > 0;
  if (!is_more)
    dropped = database.execute(
        "DROP TABLE packed_messages; DROP TABLE packed_postings; DROP TABLE packed_fresh;"
        "DROP TABLE packed_segments");
  if (dropped) dropped = transaction->commit();
  if (!dropped) return dropped.failure();
  return is_more;
}

// Calls step until it says that nothing is left.
template <typename Step>
Result<void> repeat(Step step) {
  for (;;) {
    const auto more = step();
    if (!more) return more.failure();
    if (!*more) return {};
  }
}

}  // namespace

std::int64_t ledger_version() { return static_cast<std::int64_t>(kSchema_size); }

Result<Stamp> read_stamp(Database& database) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return application.failure();
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.failure();
  if (*application == kLedgerApplicationId && *version > ledger_version())
    return fail(ErrorCode::config,
                database.path() + ": written by a newer unsent (version " +
                    std::to_string(*version) + ", this one knows " +
                    std::to_string(ledger_version()) + ")",
                "upgrade unsent, or name another ledger with --ledger");
  // Ours has tables and their indices: what asks a view or sets off a trigger has its work done
  // by whoever made the file, for as long as he likes.
  const auto others =
      database.integer("SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')");
  if (!others) return others.failure();
  return Stamp{*others == 0 ? *application : 0, *version};
}

Result<void> migrate(Database& database, Texts texts) {
  auto transaction = Transaction::begin(database);
  if (!transaction) return transaction.failure();
  const auto stamp = read_stamp(database);  // another process may have been faster
  if (!stamp) return stamp.failure();
  for (auto i = static_cast<std::size_t>(stamp->version); i < kSchema_size; ++i) {
    auto done = database.execute(std::string(kSchema[i].text));
    if (!done) return done;
  }
  if (stamp->version < kHashedVersion)
    if (auto turned = turn_to_hashes(database, texts); !turned) return turned;
  auto stamped =
      database.execute("PRAGMA application_id = " + std::to_string(kLedgerApplicationId) +
                       "; PRAGMA user_version = " + std::to_string(ledger_version()));
  if (!stamped) return stamped;
  return transaction->commit();
}

Result<void> unpack_all(Database& database, const std::shared_ptr<const LedgerKey>& key) {
  const auto is_packed = has_packed(database);
  if (!is_packed) return is_packed.failure();
  if (!*is_packed) return {};
  Unpacking unpacking(database, key);
  auto done = repeat([&]() -> Result<bool> {
    if (auto settled = unpacking.settle(); !settled) return settled.failure();
    return unpacking.some();
  });
  if (done) done = repeat([&] { return drop_some_packed(database); });
  return done;
}

}  // namespace unsent
