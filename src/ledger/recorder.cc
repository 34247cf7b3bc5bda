// SPDX-License-Identifier: MIT
#include "ledger/recorder.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace unsent {
namespace {

constexpr std::size_t kMostCandidates = 1000;

}  // namespace

Result<Recorder> Recorder::prepare(Database& database) {
  Recorder recorder;
  recorder.database_ = &database;
  auto reader = RowReader::prepare(database);
  if (!reader) return reader.failure();
  recorder.reader_ = std::move(*reader);
  auto writer = RowWriter::prepare(database);
  if (!writer) return writer.failure();
  recorder.writer_ = std::move(*writer);
  return recorder;
}

Result<std::vector<Row>> Recorder::same_as(const Entry& entry) {
  std::vector<Row> same;
  const auto take = [&](std::vector<Row> rows) {
    for (Row& row : rows) {
      const bool is_listed = std::any_of(same.begin(), same.end(),
                                         [&](const Row& known) { return known.id == row.id; });
      if (!is_listed && are_same_message(row.entry, entry)) same.push_back(std::move(row));
    }
  };
  for (const std::string& id : entry.message_ids) {
    auto rows = reader_.find_id(id, kMostCandidates);
    if (!rows) return rows.failure();
    take(std::move(*rows));
  }
  if (entry.message_ids.empty()) {
    auto rows = reader_.find_fingerprint(*entry.fingerprint, kMostCandidates);
    if (!rows) return rows.failure();
    take(std::move(*rows));
  }
  std::sort(same.begin(), same.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return same;
}

// An entry with two ids may show that two rows are one message: the first takes the other in.
Result<Recorded> Recorder::merge(const std::vector<Row>& rows, const Entry& entry, Time now) {
  Entry merged = rows.front().entry;
  bool is_changed = merge_into(merged, entry);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!are_same_message(merged, rows[i].entry)) continue;
    merge_into(merged, rows[i].entry);
    const auto removed = writer_.remove(rows[i]);
    if (!removed) return removed.failure();
    is_changed = true;
  }
  if (!is_changed) return Recorded::known;
  const auto updated = writer_.update(rows.front(), merged, now);
  if (!updated) return updated.failure();
  return Recorded::merged;
}

Result<Recorded> Recorder::record(Entry entry, const std::string& source, Time now) {
  const auto same = same_as(entry);
  if (!same) return same.failure();
  if (!same->empty()) return merge(*same, entry, now);
  if (!entry.time()) entry.sent_at = now;
  const auto inserted = writer_.insert(entry, source, now);
  if (!inserted) return inserted.failure();
  return Recorded::fresh;
}

Result<void> Recorder::declare(const CoverageRange& range) {
  const std::int64_t since = range.since.time_since_epoch().count();
  std::optional<std::int64_t> until;
  if (range.until) until = range.until->time_since_epoch().count();
  auto wider = database_->prepare(
      "SELECT 1 FROM coverage WHERE scope = ?1 AND since <= ?2 AND (until IS NULL OR until >= ?3)");
  if (!wider) return wider.failure();
  const auto is_included = wider->bind(1, range.scope).bind(2, since).bind(3, until).step();
  if (!is_included) return is_included.failure();
  wider->reset();
  if (*is_included) return {};
  auto drop = database_->prepare(
      "DELETE FROM coverage WHERE scope = ?1 AND since >= ?2 AND (?3 IS NULL OR until <= ?3)");
  if (!drop) return drop.failure();
  auto dropped = drop->bind(1, range.scope).bind(2, since).bind(3, until).run();
  if (!dropped) return dropped;
  auto add = database_->prepare("INSERT OR REPLACE INTO coverage VALUES (?1, ?2, ?3, ?4)");
  if (!add) return add.failure();
  add->bind(1, range.scope).bind(2, since).bind(3, until).bind(4, range.source);
  return add->run();
}

}  // namespace unsent
