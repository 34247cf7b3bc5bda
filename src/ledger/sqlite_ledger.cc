// SPDX-License-Identifier: MIT
#include "ledger/sqlite_ledger.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>

#include "base/text.h"
#include "ledger/bounce_counter.h"
#include "ledger/gaps.h"
#include "ledger/ledger_file.h"
#include "ledger/recorder.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {
namespace {

constexpr std::size_t kMostFound = 100;
constexpr unsigned kBreathMicroseconds = 2000;  // longer than a waiting writer sleeps

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }

template <typename T>
LedgerAnswer<T> unavailable(const Error& error) {
  return {T{}, error.message};
}

Result<std::vector<NameCount>> names_by(Statement& statement) {
  std::vector<NameCount> names;
  for (;;) {
    const auto row = statement.step();
    if (!row) return row.failure();
    if (!*row) return names;
    names.push_back({std::string(statement.text(0)), statement.integer(1)});
  }
}

Result<std::vector<NameCount>> names_by(Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.failure();
  return names_by(*statement);
}

Result<std::vector<CoverageRange>> ranges_by(Statement& statement) {
  std::vector<CoverageRange> ranges;
  for (;;) {
    const auto row = statement.step();
    if (!row) return row.failure();
    if (!*row) return ranges;
    CoverageRange range{std::string(statement.text(0)),
                        Time(seconds(statement.integer(1))),
                        {},
                        std::string(statement.text(3))};
    if (const auto until = statement.optional_integer(2)) range.until = Time(seconds(*until));
    ranges.push_back(std::move(range));
  }
}

LedgerAnswer<std::vector<SentMessage>> answer_of(const Result<std::vector<Row>>& rows) {
  if (!rows) return unavailable<std::vector<SentMessage>>(rows.error());
  LedgerAnswer<std::vector<SentMessage>> answer;
  for (const Row& row : *rows) {
    answer.value.push_back(sent_message_of(row.entry));
    answer.value.back().row = row.id;
  }
  return answer;
}

}  // namespace

// Statements are prepared when first asked for: a run often needs but one of them.
struct SqliteLedger::Parts {
  explicit Parts(Database opened) : database(std::move(opened)), counter(database.path()) {}

  Database database;
  std::optional<RowReader> reader;
  std::optional<Recorder> recorder;  // where it was opened for writing
  bool has_written = false;
  std::optional<Time> now;  // as the last record() said
  std::optional<Statement> ranges;
  std::optional<Statement> sent;
  BounceCounter counter;

  Result<void> within_transaction(SqliteLedger& ledger,
                                  const std::function<Result<void>(Database&)>& change);

  Result<RowReader*> rows() {
    if (!reader) {
      auto prepared = RowReader::prepare(database);
      if (!prepared) return prepared.failure();
      reader = std::move(*prepared);
    }
    return &*reader;
  }

  Result<Statement*> once(std::optional<Statement>& statement, std::string_view sql) {
    if (!statement) {
      auto prepared = database.prepare(sql);
      if (!prepared) return prepared.failure();
      statement = std::move(*prepared);
    }
    return &*statement;
  }

  // Reads every message, which is why --since is there.
  Result<Time> earliest_of(const std::string& scope) {
    auto query = database.prepare(
        "SELECT min(coalesce(m.sent_at, m.date)) FROM messages m JOIN addresses a "
        "ON a.id = m.sender OR a.id = m.reverse_path WHERE (a.address = ?1 COLLATE NOCASE "
        "OR lower(substr(a.address, -length(?1) - 1)) IN ('@' || ?1, '.' || ?1)) "
        "AND coalesce(m.sent_at, m.date) BETWEEN ?2 AND ?3");
    if (!query) return query.failure();
    query->bind(1, scope).bind(2, count_of(kEarliestPlausible));
    const auto row = query->bind(3, now ? count_of(*now) : INT64_MAX).step();
    if (!row) return row.failure();
    if (query->is_null(0))
      return fail(ErrorCode::data, "no message of " + scope + " is in the ledger",
                  "say since when it is complete with --since");
    return Time(seconds(query->integer(0)));
  }

  Result<LearnedIdentity> identity() {
    LearnedIdentity identity;
    const auto messages = database.integer("SELECT value FROM totals WHERE name = 'messages'");
    if (!messages) return messages.failure();
    identity.messages = *messages;
    auto names = database.prepare(
        "SELECT name, count FROM names WHERE kind = ?1 AND count > 0 ORDER BY count DESC, name "
        "LIMIT 1000");
    if (!names) return names.failure();
    for (auto [kind, list] : {std::pair(1, &identity.senders), {2, &identity.message_id_hosts}}) {
      auto found = names_by(names->bind(1, std::int64_t{kind}));
      if (!found) return found.failure();
      *list = std::move(*found);
    }
    return identity;
  }
};

SqliteLedger::SqliteLedger(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteLedger::~SqliteLedger() = default;

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open_for_reading(const std::string& path) {
  auto database = open_ledger_to_read(path);
  if (!database) return database.failure();
  return std::unique_ptr<SqliteLedger>(
      new SqliteLedger(std::make_unique<Parts>(std::move(*database))));
}

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open_for_writing(const std::string& path) {
  auto database = open_ledger_to_write(path);
  if (!database) return database.failure();
  auto parts = std::make_unique<Parts>(std::move(*database));
  auto recorder = Recorder::prepare(parts->database);
  if (!recorder) return recorder.failure();
  parts->recorder = std::move(*recorder);
  return std::unique_ptr<SqliteLedger>(new SqliteLedger(std::move(parts)));
}

Result<Transaction> SqliteLedger::begin() {
  assert(parts_->recorder);
  if (parts_->has_written) ::usleep(kBreathMicroseconds);
  parts_->has_written = true;
  Recorder* recorder = &*parts_->recorder;
  return Transaction::begin(parts_->database, {[recorder] { return recorder->before_commit(); },
                                               [recorder] { recorder->rolled_back(); }});
}

Result<bool> SqliteLedger::record(const Entry& entry, const std::string& source, Time now) {
  if (!entry.is_usable())
    return fail(ErrorCode::data, "neither a Message-ID nor From and Date: nothing to match");
  if (!parts_->database.is_in_transaction()) {
    auto transaction = begin();
    if (!transaction) return transaction.failure();
    auto recorded = record(entry, source, now);
    if (!recorded) return recorded;
    const auto committed = transaction->commit();
    if (!committed) return committed.failure();
    return recorded;
  }
  const auto recorded = parts_->recorder->record(entry, source, now);
  if (!recorded) return recorded.failure();
  parts_->now = now;
  return *recorded == Recorded::fresh;
}

Result<Time> SqliteLedger::declare_complete(const std::string& scope, std::optional<Time> since,
                                            std::optional<Time> until) {
  auto name = parse_scope(scope);
  if (!name) return name.failure();
  if (!since) {
    const auto earliest = parts_->earliest_of(*name);
    if (!earliest) return earliest.failure();
    since = *earliest;
  }
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  const auto declared = parts_->recorder->declare({*name, *since, until, "declared"});
  if (!declared) return declared.failure();
  const auto committed = transaction->commit();
  if (!committed) return committed.failure();
  return *since;
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_message_id(std::string_view id) {
  const auto rows = parts_->rows();
  if (!rows) return unavailable<std::vector<SentMessage>>(rows.error());
  const std::string normal = normal_id(id);
  if (normal.empty()) return {};
  return answer_of((*rows)->find_id(normal, kMostFound));
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_fingerprint(const Fingerprint& print) {
  const auto rows = parts_->rows();
  if (!rows) return unavailable<std::vector<SentMessage>>(rows.error());
  return answer_of((*rows)->find_fingerprint(print, kMostFound));
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_notice(std::string_view notice) {
  const auto rows = parts_->rows();
  if (!rows) return unavailable<std::vector<SentMessage>>(rows.error());
  const std::string normal = normal_id(notice);
  if (normal.empty()) return {};
  return answer_of((*rows)->find_notice(normal, kMostFound));
}

Result<std::optional<SqliteLedger::Feed>> SqliteLedger::find_feed(std::int64_t first_line) {
  auto query = parts_->database.prepare(
      "SELECT path, last_start, next_start, last_line, last_read, state FROM feeds "
      "WHERE first_line = ?1");
  if (!query) return query.failure();
  const auto row = query->bind(1, first_line).step();
  if (!row) return row.failure();
  if (!*row) return std::optional<Feed>();
  return std::optional<Feed>(Feed{first_line, std::string(query->text(0)),
                                  static_cast<std::uint64_t>(query->integer(1)),
                                  static_cast<std::uint64_t>(query->integer(2)), query->integer(3),
                                  Time(seconds(query->integer(4))), std::string(query->text(5))});
}

Result<std::optional<SqliteLedger::Feed>> SqliteLedger::last_feed_of(const std::string& path) {
  auto query = parts_->database.prepare(
      "SELECT first_line, last_start, next_start, last_line, last_read FROM feeds WHERE path = ?1 "
      "ORDER BY last_read DESC LIMIT 1");
  if (!query) return query.failure();
  const auto row = query->bind(1, to_valid_utf8(path)).step();
  if (!row) return row.failure();
  if (!*row) return std::optional<Feed>();
  return std::optional<Feed>(Feed{query->integer(0),
                                  path,
                                  static_cast<std::uint64_t>(query->integer(1)),
                                  static_cast<std::uint64_t>(query->integer(2)),
                                  query->integer(3),
                                  Time(seconds(query->integer(4))),
                                  {}});
}

Result<void> SqliteLedger::save_feed(const Feed& feed) {
  auto save =
      parts_->database.prepare("INSERT OR REPLACE INTO feeds VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!save) return save.failure();
  save->bind(1, feed.first_line).bind(2, to_valid_utf8(feed.path));
  save->bind(3, static_cast<std::int64_t>(feed.last_start));
  save->bind(4, static_cast<std::int64_t>(feed.next_start)).bind(5, feed.last_line);
  return save->bind(6, count_of(feed.last_read)).bind(7, feed.state).run();
}

LedgerAnswer<Coverage> SqliteLedger::coverage(const Address& sender, Time at) {
  const auto statement =
      parts_->once(parts_->ranges, "SELECT scope, since, until, source FROM coverage");
  if (!statement) return unavailable<Coverage>(statement.error());
  const auto ranges = ranges_by(**statement);
  if (!ranges) return unavailable<Coverage>(ranges.error());
  const auto gaps = read_gaps(parts_->database);
  if (!gaps) return unavailable<Coverage>(gaps.error());
  return {coverage_by(*ranges, *gaps, sender, at), {}};
}

// While a transaction of our own holds the lock, nobody can be let in.
LedgerAnswer<std::int64_t> SqliteLedger::count_bounce(const SentMessage& message,
                                                      std::string_view bounce) {
  if (parts_->database.is_in_transaction()) return {};
  return {parts_->counter.count(message.row, bounce), {}};
}

Result<void> SqliteLedger::Parts::within_transaction(
    SqliteLedger& ledger, const std::function<Result<void>(Database&)>& change) {
  if (database.is_in_transaction()) return change(database);
  auto transaction = ledger.begin();
  if (!transaction) return transaction.failure();
  if (auto changed = change(database); !changed) return changed;
  return transaction->commit();
}

Result<void> SqliteLedger::record_gap(const CoverageGap& gap) {
  if (gap.until < gap.since)
    return fail(ErrorCode::data, gap.source + ": a gap that ends before it begins");
  return parts_->within_transaction(*this,
                                    [&](Database& database) { return add_gap(database, gap); });
}

Result<void> SqliteLedger::fill_gap(const CoverageGap& read) {
  return parts_->within_transaction(
      *this, [&](Database& database) { return unsent::fill_gap(database, read); });
}

// Looks at the 1,000 newest messages to the recipient and no further: a list address may
// have had millions.
LedgerAnswer<std::int64_t> SqliteLedger::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  const auto statement = parts_->once(
      parts_->sent,
      "SELECT count(*) FROM (SELECT message FROM recipients WHERE address = "
      "(SELECT id FROM addresses WHERE address = ?1) ORDER BY message DESC LIMIT 1000) AS newest "
      "JOIN messages m ON m.id = newest.message "
      "WHERE (SELECT id FROM addresses WHERE address = ?2) IN (m.sender, m.reverse_path) "
      "AND coalesce(m.sent_at, m.date, 0) BETWEEN ?3 AND ?4");
  if (!statement) return unavailable<std::int64_t>(statement.error());
  Statement& count = **statement;
  count.bind(1, recipient.text())
      .bind(2, sender.text())
      .bind(3, count_of(from))
      .bind(4, count_of(to));
  const auto row = count.step();
  if (!row) return unavailable<std::int64_t>(row.error());
  LedgerAnswer<std::int64_t> answer{count.integer(0), {}};
  count.reset();
  return answer;
}

LedgerAnswer<LearnedIdentity> SqliteLedger::identity() {
  auto identity = parts_->identity();
  if (!identity) return unavailable<LearnedIdentity>(identity.error());
  return {std::move(*identity), {}};
}

Result<LedgerStats> SqliteLedger::stats() {
  LedgerStats stats;
  const auto totals = names_by(parts_->database, "SELECT name, value FROM totals");
  if (!totals) return totals.failure();
  for (const NameCount& total : *totals) {
    if (total.name == "messages") stats.messages = total.count;
    if (total.name == "ids") stats.message_ids = total.count;
    if (total.name == "recipients") stats.recipients = total.count;
    if (total.name == "earliest") stats.earliest = Time(seconds(total.count));
    if (total.name == "latest") stats.latest = Time(seconds(total.count));
  }
  auto sources =
      names_by(parts_->database, "SELECT name, messages FROM sources ORDER BY messages DESC, name");
  if (!sources) return sources.failure();
  stats.sources = std::move(*sources);
  auto coverage =
      parts_->database.prepare("SELECT scope, since, until, source FROM coverage ORDER BY 1, 2");
  if (!coverage) return coverage.failure();
  auto ranges = ranges_by(*coverage);
  if (!ranges) return ranges.failure();
  stats.coverage = std::move(*ranges);
  auto gaps = read_gaps(parts_->database);
  if (!gaps) return gaps.failure();
  stats.gaps = std::move(*gaps);
  auto identity = parts_->identity();
  if (!identity) return identity.failure();
  stats.senders = std::move(identity->senders);
  return stats;
}

Result<std::vector<Entry>> SqliteLedger::find_entries(std::string_view message_id) {
  const auto rows = parts_->rows();
  if (!rows) return rows.failure();
  const std::string id = normal_id(message_id);
  if (id.empty()) return std::vector<Entry>();
  const auto found = (*rows)->find_id(id, kMostFound);
  if (!found) return found.failure();
  std::vector<Entry> entries;
  for (const Row& row : *found) entries.push_back(row.entry);
  return entries;
}

Result<void> SqliteLedger::for_each(const std::function<Result<void>(const Entry&)>& visit) {
  const auto rows = parts_->rows();
  if (!rows) return rows.failure();
  std::int64_t last = 0;
  for (;;) {
    auto row = (*rows)->next(last);
    if (!row) return row.failure();
    if (!*row) return {};
    last = (*row)->id;
    Entry& entry = (*row)->entry;
    std::sort(entry.recipients.begin(), entry.recipients.end());
    if (auto visited = visit(entry); !visited) return visited;
  }
}

}  // namespace unsent
