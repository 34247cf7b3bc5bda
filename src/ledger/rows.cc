// SPDX-License-Identifier: MIT
#include "ledger/rows.h"

#include <algorithm>

#include "base/text.h"

namespace unsent {
namespace {

// A newsletter may leave in thousands a second, all with one sender.
constexpr std::size_t kMostCandidates = 5000;

std::optional<Time> time_of(const Statement& row, int column) {
  const auto value = row.optional_integer(column);
  return value ? std::optional<Time>(Time(seconds(*value))) : std::nullopt;
}

// From messages, with sender and reverse path spelled out.
constexpr std::string_view kColumns =
    "SELECT m.id, m.message_ids, s.address, m.date, m.subject, r.address, m.sent_at, "
    "m.has_all_recipients, m.written_from, m.written_date FROM messages m LEFT JOIN addresses s ON "
    "s.id = m.sender "
    "LEFT JOIN addresses r ON r.id = m.reverse_path ";

Row row_of(const Statement& columns) {
  Row row;
  row.id = columns.integer(0);
  for (const std::string_view id : split(columns.text(1), ' '))
    if (!id.empty()) row.entry.message_ids.emplace_back(id);
  row.entry.from = columns.text(columns.text(8).empty() ? 2 : 8);
  row.entry.date = columns.text(9);
  row.entry.subject = columns.text(4);
  if (const auto date = time_of(columns, 3))
    row.entry.fingerprint =
        Fingerprint{lower(columns.text(2)), *date, comparable_subject(row.entry.subject)};
  row.entry.reverse_path = columns.text(5);
  row.entry.sent_at = time_of(columns, 6);
  row.entry.has_all_recipients = columns.integer(7) != 0;
  return row;
}

}  // namespace

// FNV-1a, its bits mixed at the end (the finalizer of SplitMix64).
std::int64_t hash_of_id(std::string_view normal_id) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : normal_id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  hash = (hash ^ (hash >> 30U)) * 0xBF58476D1CE4E5B9U;
  hash = (hash ^ (hash >> 27U)) * 0x94D049BB133111EBU;
  return static_cast<std::int64_t>(hash ^ (hash >> 31U));
}

Result<RowReader> RowReader::prepare(Database& database) {
  RowReader reader;
  const std::string columns(kColumns);
  const std::pair<Statement*, std::string> all[] = {
      {&reader.read_, columns + "WHERE m.id = ?1"},
      {&reader.next_, columns + "WHERE m.id > ?1 ORDER BY m.id LIMIT 1"},
      {&reader.recipients_,
       "SELECT a.address FROM recipients r JOIN addresses a ON a.id = r.address "
       "WHERE r.message = ?1 ORDER BY r.address"},
      {&reader.by_id_, "SELECT message FROM ids WHERE hash = ?1 ORDER BY message"},
      {&reader.notices_, "SELECT notice FROM notices WHERE message = ?1 ORDER BY notice"},
      {&reader.by_notice_, "SELECT message FROM notices WHERE notice = ?1 ORDER BY message"},
      {&reader.by_fingerprint_,
       "SELECT id FROM messages WHERE date = ?1 AND sender = "
       "(SELECT id FROM addresses WHERE address = ?2) ORDER BY id"},
  };
  for (const auto& [statement, sql] : all) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.failure();
    *statement = std::move(*prepared);
  }
  return reader;
}

Result<std::optional<Row>> RowReader::read_with(Statement& statement) {
  const auto found = statement.step();
  if (!found) return found.failure();
  if (!*found) return std::optional<Row>();
  Row row = row_of(statement);
  statement.reset();
  recipients_.bind(1, row.id);
  for (;;) {
    const auto next = recipients_.step();
    if (!next) return next.failure();
    if (!*next) break;
    if (const auto address = Address::parse(recipients_.text(0)))
      row.entry.recipients.push_back(*address);
  }
  notices_.bind(1, row.id);
  for (;;) {
    const auto next = notices_.step();
    if (!next) return next.failure();
    if (!*next) return std::optional<Row>(std::move(row));
    row.entry.notices.emplace_back(notices_.text(0));
  }
}

Result<std::optional<Row>> RowReader::read(std::int64_t message) {
  return read_with(read_.bind(1, message));
}

Result<std::optional<Row>> RowReader::next(std::int64_t after) {
  return read_with(next_.bind(1, after));
}

// The query stays open while the messages are read: one lock and one state of the ledger.
template <typename Keep>
Result<std::vector<Row>> RowReader::rows_of(Statement& query, std::size_t limit, Keep keep) {
  std::vector<Row> rows;
  for (std::size_t seen = 0; seen < kMostCandidates && rows.size() < limit; ++seen) {
    const auto found = query.step();
    if (!found) return found.failure();
    if (!*found) return rows;
    auto row = read(query.integer(0));
    if (!row) {
      query.reset();
      return row.failure();
    }
    if (*row && keep((*row)->entry)) rows.push_back(std::move(**row));
  }
  query.reset();
  return rows;
}

Result<std::vector<Row>> RowReader::find_id(const std::string& id, std::size_t limit) {
  const auto find = [&](const std::string& form) {
    return rows_of(by_id_.bind(1, hash_of_id(form)), limit, [&](const Entry& entry) {
      return std::find(entry.message_ids.begin(), entry.message_ids.end(), form) !=
             entry.message_ids.end();
    });
  };
  auto rows = find(id);
  for (const std::string& form : cut_forms(id)) {
    if (!rows) return rows;
    auto more = find(form);
    if (!more) return more;
    for (Row& row : *more)
      if (rows->size() < limit && std::none_of(rows->begin(), rows->end(), [&](const Row& known) {
            return known.id == row.id;
          }))
        rows->push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<Row>> RowReader::find_notice(const std::string& notice, std::size_t limit) {
  return rows_of(by_notice_.bind(1, notice), limit, [](const Entry&) { return true; });
}

Result<std::vector<Row>> RowReader::find_fingerprint(const Fingerprint& print, std::size_t limit) {
  by_fingerprint_.bind(1, print.date.time_since_epoch().count()).bind(2, print.from);
  return rows_of(by_fingerprint_, limit,
                 [&](const Entry& entry) { return entry.fingerprint == print; });
}

}  // namespace unsent
