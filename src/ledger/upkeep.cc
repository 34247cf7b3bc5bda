// SPDX-License-Identifier: MIT
#include "ledger/upkeep.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "ledger/ledger_file.h"
#include "ledger/recorder.h"

namespace unsent {
namespace {

constexpr std::size_t kBatch = 1000;  // messages a transaction, so that others get in
constexpr std::size_t kMostFindings = 20;

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }

Result<std::vector<std::int64_t>> next_expired(Database& database, std::int64_t after,
                                               Time before) {
  auto query = database.prepare(
      "SELECT id FROM messages WHERE id > ?1 AND coalesce(sent_at, date) >= ?2 "
      "AND coalesce(sent_at, date) < ?3 ORDER BY id LIMIT ?4");
  if (!query) return query.failure();
  query->bind(1, after).bind(2, count_of(kEarliestPlausible)).bind(3, count_of(before));
  query->bind(4, static_cast<std::int64_t>(kBatch));
  std::vector<std::int64_t> ids;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return ids;
    ids.push_back(query->integer(0));
  }
}

// One transaction's worth; the messages removed, fewer than kBatch at the end.
Result<std::int64_t> expire_some(Database& database, std::int64_t& after, Time before) {
  auto reader = RowReader::prepare(database);
  if (!reader) return reader.failure();
  auto writer = RowWriter::prepare(database);
  if (!writer) return writer.failure();
  auto transaction = Transaction::begin(database, {[&] { return writer->flush(); }, {}});
  if (!transaction) return transaction.failure();
  const auto ids = next_expired(database, after, before);
  if (!ids) return ids.failure();
  for (const std::int64_t id : *ids) {
    const auto row = reader->read(id);
    if (!row) return row.failure();
    if (!*row) continue;
    if (const auto removed = writer->remove(**row); !removed) return removed.failure();
    after = id;
  }
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  return static_cast<std::int64_t>(ids->size());
}

Result<std::vector<CoverageRange>> ranges_before(Database& database, Time before) {
  auto query =
      database.prepare("SELECT scope, until, source FROM coverage WHERE since < ?1 ORDER BY since");
  if (!query) return query.failure();
  query->bind(1, count_of(before));
  std::vector<CoverageRange> ranges;
  for (;;) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return ranges;
    CoverageRange range{std::string(query->text(0)), before, {}, std::string(query->text(2))};
    if (const auto until = query->optional_integer(1)) range.until = Time(seconds(*until));
    if (!range.until || *range.until > before) ranges.push_back(std::move(range));
  }
}

Result<void> shorten_coverage(Database& database, Time before) {
  const auto ranges = ranges_before(database, before);
  if (!ranges) return ranges.failure();
  auto dropped =
      database.execute("DELETE FROM coverage WHERE since < " + std::to_string(count_of(before)));
  if (!dropped) return dropped;
  auto recorder = Recorder::prepare(database);
  if (!recorder) return recorder.failure();
  for (const CoverageRange& range : *ranges)
    if (auto declared = recorder->declare(range); !declared) return declared;
  return {};
}

// What nothing points to any more, and the sums that only a look at all can mend.
Result<void> tidy(Database& database, Time before) {
  const std::string then = std::to_string(count_of(before));
  return database.execute(
      "DELETE FROM addresses WHERE NOT EXISTS (SELECT 1 FROM recipients WHERE address = "
      "addresses.id) AND id NOT IN (SELECT sender FROM messages WHERE sender IS NOT NULL UNION "
      "SELECT reverse_path FROM messages WHERE reverse_path IS NOT NULL);"
      "DELETE FROM names WHERE count <= 0;"
      "UPDATE sources SET messages = (SELECT count(*) FROM messages WHERE source = sources.id);"
      "UPDATE totals SET value = max(value, " +
      then +
      ") WHERE name = 'earliest';"
      "DELETE FROM totals WHERE name IN ('earliest', 'latest') AND NOT EXISTS (SELECT 1 FROM "
      "messages);"
      "DELETE FROM gaps WHERE until < " +
      then + ";DELETE FROM feeds WHERE last_read < " + then);
}

Result<void> add_findings(Database& database, std::string_view sql,
                          std::vector<std::string>& findings) {
  auto query = database.prepare(sql);
  if (!query) return query.failure();
  while (findings.size() < kMostFindings) {
    const auto row = query->step();
    if (!row) return row.failure();
    if (!*row) return {};
    if (query->text(0) != "ok") findings.emplace_back(query->text(0));
  }
  return {};
}

Result<void> copy_into(Database& database, const std::string& target) {
  auto copy = database.prepare("VACUUM INTO ?1");
  if (!copy) return copy.failure();
  if (auto copied = copy->bind(1, target).run(); !copied) return copied;
  const FileDescriptor file(::open(target.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() || ::fsync(file.get()) != 0) return os_failure(target, errno);
  return {};
}

}  // namespace

// The promise goes first: at no moment is something promised that is not there.
Result<std::int64_t> expire_ledger(const std::string& path, Time before) {
  if (::access(path.c_str(), F_OK) != 0) return os_failure(path, errno);
  auto database = open_ledger_to_write(path);
  if (!database) return database.failure();
  {
    auto transaction = Transaction::begin(*database);
    if (!transaction) return transaction.failure();
    if (const auto done = shorten_coverage(*database, before); !done) return done.failure();
    if (const auto committed = transaction->commit(); !committed) return committed.failure();
  }
  std::int64_t all = 0;
  for (std::int64_t after = 0;;) {
    const auto some = expire_some(*database, after, before);
    if (!some) return some;
    all += *some;
    if (*some < static_cast<std::int64_t>(kBatch)) break;
  }
  auto transaction = Transaction::begin(*database);
  if (!transaction) return transaction.failure();
  if (const auto done = tidy(*database, before); !done) return done.failure();
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  return all;
}

Result<std::vector<std::string>> check_ledger(const std::string& path) {
  auto database = open_ledger_to_read(path);
  if (!database) return database.failure();
  std::vector<std::string> findings;
  // One state of the ledger for all of them, while others write.
  if (const auto begun = database->execute("BEGIN"); !begun) return begun.failure();
  for (const std::string_view sql : {
           std::string_view("PRAGMA integrity_check(20)"),
           std::string_view("SELECT 'a row of ' || \"table\" || ' points to nothing in ' || parent "
                            "FROM pragma_foreign_key_check"),
           std::string_view(
               "SELECT 'the ' || name || ' are counted as ' || value FROM totals WHERE "
               "name = 'messages' AND value <> (SELECT count(*) FROM messages) OR "
               "name = 'recipients' AND value <> (SELECT count(*) FROM recipients)"),
       })
    if (const auto added = add_findings(*database, sql, findings); !added) return added.failure();
  return findings;
}

Result<void> back_up_ledger(const std::string& path, const std::string& target) {
  auto database = open_ledger_to_read(path);
  if (!database) return database.failure();
  {
    const FileDescriptor made(
        ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made.is_open()) return os_failure(target, errno);
  }
  auto copied = copy_into(*database, target);
  if (!copied) ::unlink(target.c_str());
  return copied;
}

}  // namespace unsent
