// SPDX-License-Identifier: MIT
#include <set>

#include "ledger/feeds.h"
#include "ledger/import_record.h"
#include "ledger/upkeep_file.h"

namespace unsent {
namespace {

Result<void> run(Database& database, std::string_view sql, std::string_view text) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.failure();
  return statement->bind(1, text).run();
}

Result<void> forget_feed(Database& database, std::int64_t key, std::string_view path) {
  auto drop = database.prepare("DELETE FROM feeds WHERE first_line = ?1 AND path = ?2");
  if (!drop) return drop.failure();
  return drop->bind(1, key).bind(2, path).run();
}

Result<void> forget_names(Upkeep& upkeep, const ImportRecord& record) {
  Database& database = upkeep.file.database;
  auto lower_count =
      database.prepare("UPDATE names SET count = count - ?3 WHERE kind = ?1 AND name = ?2");
  if (!lower_count) return lower_count.failure();
  for (const auto& [named, count] : record.names) {
    lower_count->bind(1, static_cast<std::int64_t>(named.first));
    lower_count->bind_blob(2, upkeep.file.key->seal(named.second)).bind(3, count);
    if (auto lowered = lower_count->run(); !lowered) return lowered;
  }
  return database.execute("DELETE FROM names WHERE count <= 0");
}

// What was promised goes first: at no moment is something promised that is not there.
Result<void> withdraw_promises(Upkeep& upkeep, const ImportRecord& record) {
  for (const std::string& scope : record.scopes)
    if (auto gone = run(upkeep.file.database, "DELETE FROM coverage WHERE scope = ?1", scope);
        !gone)
      return gone;
  return {};
}

Result<void> forget_rest(Upkeep& upkeep, const ImportRecord& record, std::int64_t key) {
  Database& database = upkeep.file.database;
  for (const auto& [place, path] : record.places)
    if (auto gone = forget_feed(database, place, path); !gone) return gone;
  if (auto gone = forget_names(upkeep, record); !gone) return gone;
  return forget_feed(database, key, kImportRecords);
}

// "import NAME", "log NAME", "merge NAME": what kinds of sources it had.
Result<std::set<std::int64_t>> sources_of(Database& database, const std::string& name) {
  auto query = database.prepare("SELECT id FROM sources WHERE name LIKE '% ' || ?1");
  if (!query) return query.failure();
  query->bind(1, name);
  std::set<std::int64_t> sources;
  for (;;) {
    const auto found = query->step();
    if (!found) return found.failure();
    if (!*found) return sources;
    sources.insert(query->integer(0));
  }
}

}  // namespace

// A kill between two transactions leaves the record: the next call goes on.
Result<std::optional<UndoneImport>> undo_import(const std::string& path) {
  auto opened = open_upkeep(path);
  if (!opened) return opened.failure();
  Upkeep& upkeep = **opened;
  Database& database = upkeep.file.database;
  const auto last = read_last_feed_of(database, std::string(kImportRecords));
  if (!last) return last.failure();
  if (!*last) return std::optional<UndoneImport>();
  const auto whole =
      read_feeds(database, *upkeep.file.key, (*last)->first_line, std::string(kImportRecords));
  if (!whole) return whole.failure();
  UndoneImport undone{ImportRecord::parse(whole->empty() ? "" : whole->front().state),
                      (*last)->last_read, 0};
  const auto sources = sources_of(database, undone.record.name);
  if (!sources) return sources.failure();
  if (auto done = upkeep.change([&] { return withdraw_promises(upkeep, undone.record); }); !done)
    return done.failure();
  if (!sources->empty()) {
    const auto removed = remove_rows(
        upkeep, kAllRows, [&](const Row& row) { return sources->count(row.source) > 0; });
    if (!removed) return removed.failure();
    undone.messages = *removed;
    if (auto done = upkeep.rows.postings().drop_gone(kAllRows.end); !done) return done.failure();
  }
  auto done =
      upkeep.change([&] { return forget_rest(upkeep, undone.record, (*last)->first_line); });
  if (!done) return done.failure();
  return std::optional(std::move(undone));
}

}  // namespace unsent
