// SPDX-License-Identifier: MIT
#include "ledger/recorder.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "ledger/packed_row.h"

namespace unsent {
namespace {

constexpr std::size_t kMostCandidates = 1000;
constexpr std::size_t kMostLike = 8;
constexpr std::int64_t kMostLookedAt = 64;  // of one second
constexpr std::size_t kMostWithoutId = 5000;

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::string bytes_of(std::int64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xFFU);
  return bytes;
}

std::optional<Row> unseal(std::string_view sealed) {
  const auto bytes = parse_base64(sealed);
  if (!bytes || bytes->size() < 8) return std::nullopt;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number = number << 8U | static_cast<unsigned char>((*bytes)[i]);
  return unpack_row(static_cast<std::int64_t>(number), std::string_view(*bytes).substr(8));
}

}  // namespace

Entry sealed_entry(const Row& row, const LedgerKey& key) {
  Row bare = row;
  bare.source = 0;
  Entry entry;
  entry.sent_at = row.time();
  entry.key = key.name();
  entry.sealed = encode_base64(bytes_of(row.number) + pack_row(bare));
  return entry;
}

Result<std::optional<Entry>> read_text(Database& database, LazyStatement& lazy,
                                       std::int64_t number) {
  const auto statement = lazy.in(database);
  if (!statement) return statement.failure();
  const auto found = (*statement)->bind(1, number).step();
  if (!found) return found.failure();
  if (!*found) return std::optional<Entry>();
  auto entry = parse_entry((*statement)->text(0));
  (*statement)->reset();
  if (!entry) return entry.failure();
  return std::optional<Entry>(std::move(*entry));
}

Recorder::Recorder(RowStore& rows, Texts texts)
    : rows_(rows),
      texts_(texts),
      counts_(rows.database(), rows.key()),
      read_text_(kReadText),
      write_text_("INSERT OR REPLACE INTO texts VALUES (?1, ?2)"),
      remove_text_("DELETE FROM texts WHERE message = ?1"),
      move_text_("UPDATE OR REPLACE texts SET message = ?2 WHERE message = ?1"),
      move_bounces_("UPDATE OR REPLACE bounces SET message = ?2 WHERE message = ?1"),
      remove_bounces_("DELETE FROM bounces WHERE message = ?1") {}

Result<Row> Recorder::row_for(const Entry& entry) const {
  if (entry.sealed.empty()) return row_of(entry, rows_.key());
  if (entry.key != rows_.key().name())
    return fail(ErrorCode::data,
                "sealed under the key " + entry.key + ", and the ledger has the key " +
                    rows_.key().name() + ": its hashes say nothing here",
                "only ledgers that were begun with one key can be merged: copy the .key file to "
                "the other host before its first import, or keep texts (plain = true)");
  auto row = unseal(entry.sealed);
  if (!row) return fail(ErrorCode::data, "\"sealed\" is damaged");
  row->number = 0;
  return std::move(*row);
}

// A message with a fingerprint can only be one that has the same, which is found by its
// date, or one that has none yet; only the latter need to be looked for by their ids. A
// newsletter may leave in thousands a second: then the ids are asked for all.
Result<std::vector<Row>> Recorder::same_as(const Row& row) {
  if (row.ids.empty()) return same_without_id(row);
  std::vector<Row> same;
  const auto take = [&](Row& one) {
    const bool is_listed = std::any_of(
        same.begin(), same.end(), [&](const Row& known) { return known.number == one.number; });
    if (!is_listed && are_same_message(one, row)) same.push_back(std::move(one));
  };
  bool are_ids_asked = true;
  if (row.date) {
    auto like = rows_.find_fingerprint(row.from, *row.date, row.subject, kMostLike, kMostLookedAt);
    if (!like) return like;
    for (Row& one : *like) take(one);
    const auto has_bare = counts_.has_bare();
    if (!has_bare) return has_bare.failure();
    const auto is_crowded = rows_.is_crowded(*row.date, kMostLookedAt);
    if (!is_crowded) return is_crowded.failure();
    are_ids_asked = *has_bare || like->size() == kMostLike || *is_crowded;
  }
  for (const std::string& id : are_ids_asked ? row.ids : std::vector<std::string>()) {
    auto rows = rows_.find_known_by(id, kMostCandidates);
    if (!rows) return rows;
    for (Row& one : *rows) take(one);
  }
  std::sort(same.begin(), same.end(),
            [](const Row& a, const Row& b) { return a.number < b.number; });
  return same;
}

Result<std::vector<Row>> Recorder::same_without_id(const Row& row) {
  if (!row.date) return std::vector<Row>();
  auto rows = rows_.find_fingerprint(row.from, *row.date, row.subject, kMostWithoutId);
  if (rows) std::erase_if(*rows, [&](const Row& one) { return !are_same_message(one, row); });
  return rows;
}

Result<Recorded> Recorder::record(const Entry& entry, const std::string& source, Time now) {
  auto row = row_for(entry);
  if (!row) return row.failure();
  const auto same = same_as(*row);
  if (!same) return same.failure();
  if (same->empty()) return insert(std::move(*row), entry, source, now);
  return merge(*same, *row, entry, now);
}

Result<Recorded> Recorder::insert(Row row, const Entry& entry, const std::string& source,
                                  Time now) {
  const auto source_id = counts_.source_id(source);
  if (!source_id) return source_id.failure();
  row.source = *source_id;
  if (!row.time()) row.sent_at = now;
  if (auto inserted = rows_.insert(row); !inserted) return inserted.failure();
  counts_.add_row(row, 1);
  counts_.widen(row.time(), now);
  counts_.add_to_source(row.source, 1);
  count_names(entry, Row(), now);
  if (texts_ == Texts::kept && entry.sealed.empty()) {
    Entry dated = entry;
    dated.sent_at = row.sent_at;
    if (auto written = write_text(row.number, dated); !written) return written.failure();
  }
  return Recorded::fresh;
}

// Those ids that known has not: what is told twice is counted once.
void Recorder::count_names(const Entry& entry, const Row& known, Time now) {
  if (!entry.sealed.empty()) return;
  std::vector<std::string> fresh;
  for (const std::string& id : entry.message_ids)
    if (known.ids.empty() || !contains(known.ids, rows_.key().hash(id))) fresh.push_back(id);
  if (known.number == 0) counts_.add_senders_of(entry, now);
  counts_.add_hosts_of(fresh, entry, now);
}

// An entry with two ids may show that two rows are one message: the first takes the other in.
Result<Recorded> Recorder::merge(const std::vector<Row>& rows, const Row& more, const Entry& entry,
                                 Time now) {
  const Row& was = rows.front();
  Row merged = was;
  bool is_changed = merge_into(merged, more);
  if (!is_changed && rows.size() == 1) return Recorded::known;
  auto text = read_text(rows_.database(), read_text_, was.number);
  if (!text) return text.failure();
  if (*text && entry.sealed.empty()) merge_into(**text, entry);
  Row known = was;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (!are_same_message(merged, rows[i])) continue;
    merge_into(merged, rows[i]);
    merge_into(known, rows[i]);
    const auto other = read_text(rows_.database(), read_text_, rows[i].number);
    if (!other) return other.failure();
    if (*text && *other) merge_into(**text, **other);
    if (auto moved = move_what_belongs(rows[i].number, was.number); !moved) return moved.failure();
    if (auto removed = remove(rows[i]); !removed) return removed.failure();
    is_changed = true;
  }
  if (!is_changed) return Recorded::known;
  if (auto updated = rows_.update(was, merged); !updated) return updated.failure();
  if (merged.number != was.number)
    if (auto moved = move_what_belongs(was.number, merged.number); !moved) return moved.failure();
  if (*text)
    if (auto written = write_text(merged.number, **text); !written) return written.failure();
  counts_.add_row(was, -1);
  counts_.add_row(merged, 1);
  counts_.widen(merged.time(), now);
  count_names(entry, known, now);
  return Recorded::merged;
}

Result<void> Recorder::move_what_belongs(std::int64_t from, std::int64_t to) {
  for (LazyStatement* lazy : {&move_text_, &move_bounces_}) {
    const auto move = lazy->in(rows_.database());
    if (!move) return move.failure();
    if (auto moved = (*move)->bind(1, from).bind(2, to).run(); !moved) return moved;
  }
  return {};
}

Result<void> Recorder::write_text(std::int64_t number, const Entry& entry) {
  const auto write = write_text_.in(rows_.database());
  if (!write) return write.failure();
  return (*write)->bind(1, number).bind(2, format_entry(entry)).run();
}

Result<void> Recorder::remove(const Row& row) {
  if (auto removed = rows_.remove(row.number); !removed) return removed;
  for (LazyStatement* lazy : {&remove_text_, &remove_bounces_}) {
    const auto drop = lazy->in(rows_.database());
    if (!drop) return drop.failure();
    if (auto dropped = (*drop)->bind(1, row.number).run(); !dropped) return dropped;
  }
  counts_.add_row(row, -1);
  counts_.add_to_source(row.source, -1);
  return {};
}

Result<void> Recorder::declare(const CoverageRange& range) {
  Database& database = rows_.database();
  const std::int64_t since = range.since.time_since_epoch().count();
  std::optional<std::int64_t> until;
  if (range.until) until = range.until->time_since_epoch().count();
  auto wider = database.prepare(
      "SELECT 1 FROM coverage WHERE scope = ?1 AND since <= ?2 AND (until IS NULL OR until >= ?3)");
  if (!wider) return wider.failure();
  const auto is_included = wider->bind(1, range.scope).bind(2, since).bind(3, until).step();
  if (!is_included) return is_included.failure();
  wider->reset();
  if (*is_included) return {};
  auto drop = database.prepare(
      "DELETE FROM coverage WHERE scope = ?1 AND since >= ?2 AND (?3 IS NULL OR until <= ?3)");
  if (!drop) return drop.failure();
  auto dropped = drop->bind(1, range.scope).bind(2, since).bind(3, until).run();
  if (!dropped) return dropped;
  auto add = database.prepare("INSERT OR REPLACE INTO coverage VALUES (?1, ?2, ?3, ?4)");
  if (!add) return add.failure();
  add->bind(1, range.scope).bind(2, since).bind(3, until).bind(4, range.source);
  return add->run();
}

}  // namespace unsent
