// SPDX-License-Identifier: MIT
#include "ledger/sqlite_ledger.h"

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <set>

#include "base/text.h"
#include "ledger/bounce_counter.h"
#include "ledger/gaps.h"
#include "ledger/ledger_file.h"
#include "ledger/measured.h"
#include "ledger/recorder.h"
#include "ledger/row_store.h"
#include "ledger/row_walk.h"
#include "ledger/sqlite.h"

namespace unsent {
namespace {

constexpr std::size_t kMostFound = 100;
// A newsletter may leave in thousands a second, all with one sender.
constexpr std::size_t kMostOfSecond = 5000;
constexpr unsigned kBreathMicroseconds = 2000;  // longer than a waiting writer sleeps

std::int64_t day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

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

}  // namespace

// What is said to be complete, and what speaks against it.
struct Promises {
  std::vector<CoverageRange> ranges;
  std::vector<CoverageGap> gaps;
  Measured measured;
};

// Statements are prepared when first asked for: a run often needs but one of them.
struct SqliteLedger::Parts {
  Parts(LedgerFile opened, Texts texts)
      : file(std::move(opened)),
        rows(file.database, file.key),
        recorder(rows, texts),
        counter(file.database.path()) {}

  LedgerFile file;
  RowStore rows;
  Recorder recorder;
  BounceCounter counter;
  bool is_writer = false;
  bool has_written = false;
  std::optional<Time> now;  // as the last record() said
  LazyStatement ranges{"SELECT scope, since, until, source FROM coverage"};
  Promises promises;  // as they were at that version
  std::int64_t promises_version = -1;
  LazyStatement text{kReadText};

  Database& database() { return file.database; }
  const LedgerKey& key() const { return *file.key; }

  // What read gives, of one state of the ledger.
  template <typename Read>
  LedgerAnswer<std::vector<SentMessage>> answer(Read read) {
    const auto reading = ReadTransaction::begin(database());
    if (!reading) return unavailable<std::vector<SentMessage>>(reading.error());
    const Result<std::vector<Row>> found = read();
    if (!found) return unavailable<std::vector<SentMessage>>(found.error());
    LedgerAnswer<std::vector<SentMessage>> answer;
    for (const Row& row : *found) answer.value.push_back(sent_message_of(row, file.key));
    return answer;
  }

  // Under the id, or under what a log has left of it.
  Result<std::vector<Row>> find_id(const std::string& id) {
    auto rows_found = rows.find_id(key().hash(id), kMostFound);
    for (const std::string& form : cut_forms(id)) {
      if (!rows_found) return rows_found;
      auto more = rows.find_id(key().hash(form), kMostFound);
      if (!more) return more;
      for (Row& row : *more)
        if (std::none_of(rows_found->begin(), rows_found->end(),
                         [&](const Row& known) { return known.number == row.number; }))
          rows_found->push_back(std::move(row));
    }
    return rows_found;
  }

  Result<const Promises*> read_promises();
  Result<void> within_transaction(SqliteLedger& ledger,
                                  const std::function<Result<void>(Database&)>& change);
  Result<std::vector<NameCount>> names(NameKind kind, std::int64_t most);
  Result<std::optional<Time>> earliest_of(const std::string& scope);
  Result<LearnedIdentity> identity();
};

// Read again where another connection has written since; what this one writes has no version.
Result<const Promises*> SqliteLedger::Parts::read_promises() {
  const auto reading = ReadTransaction::begin(database());
  if (!reading) return reading.failure();
  const auto version = database().data_version();
  if (!version) return version.failure();
  if (!is_writer && *version == promises_version) return &promises;
  const auto statement = ranges.in(database());
  if (!statement) return statement.failure();
  auto read_ranges = ranges_by(**statement);
  if (!read_ranges) return read_ranges.failure();
  auto gaps = read_gaps(database());
  if (!gaps) return gaps.failure();
  const auto measured = read_measured(database());
  if (!measured) return measured.failure();
  promises = {std::move(*read_ranges), std::move(*gaps), *measured};
  promises_version = *version;
  return &promises;
}

Result<std::vector<NameCount>> SqliteLedger::Parts::names(NameKind kind, std::int64_t most) {
  auto query = database().prepare(
      "SELECT name, count FROM names WHERE kind = ?1 AND count > 0 ORDER BY count DESC, name "
      "LIMIT ?2");
  if (!query) return query.failure();
  query->bind(1, static_cast<std::int64_t>(kind)).bind(2, most);
  auto sealed = names_by(*query);
  if (!sealed) return sealed;
  for (NameCount& name : *sealed) name.name = key().unseal(name.name);
  return sealed;
}

// By the senders that are known, of which the first in the order of time is sought.
Result<std::optional<Time>> SqliteLedger::Parts::earliest_of(const std::string& scope) {
  const auto senders = names(NameKind::sender, INT64_MAX);
  if (!senders) return senders.failure();
  const CoverageRange all{scope, Time::min(), {}, {}};
  std::set<std::string> wanted;
  for (const NameCount& sender : *senders)
    if (const auto address = Address::parse(sender.name); address && concerns(all, *address))
      wanted.insert(key().short_hash(comparable_address(*address)));
  std::int64_t last = first_number_of(kEarliestPlausible) - 1;
  while (!wanted.empty()) {
    const auto row = rows.next(last);
    if (!row) return row.failure();
    if (!*row) break;
    last = (*row)->number;
    const auto time = (*row)->time();
    if (!time || !is_plausible(*time, now.value_or(Time::max()))) continue;
    if (wanted.count((*row)->from) + wanted.count((*row)->reverse_path) > 0) return time;
  }
  return std::optional<Time>();
}

Result<LearnedIdentity> SqliteLedger::Parts::identity() {
  constexpr std::int64_t kMostNames = 1000;
  LearnedIdentity identity;
  const auto messages = database().integer("SELECT value FROM totals WHERE name = 'messages'");
  if (!messages) return messages.failure();
  identity.messages = *messages;
  auto senders = names(NameKind::sender, kMostNames);
  if (!senders) return senders.failure();
  identity.senders = std::move(*senders);
  auto hosts = names(NameKind::id_host, kMostNames);
  if (!hosts) return hosts.failure();
  identity.message_id_hosts = std::move(*hosts);
  return identity;
}

SqliteLedger::SqliteLedger(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteLedger::~SqliteLedger() = default;

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open_for_reading(const std::string& path,
                                                                     const Deadline* deadline) {
  auto file = open_ledger_to_read(path, deadline);
  if (!file) return file.failure();
  auto parts = std::make_unique<Parts>(std::move(*file), Texts::hashed);
  return std::unique_ptr<SqliteLedger>(new SqliteLedger(std::move(parts)));
}

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open_for_writing(const std::string& path,
                                                                     Texts texts) {
  auto file = open_ledger_to_write(path, texts);
  if (!file) return file.failure();
  auto parts = std::make_unique<Parts>(std::move(*file), texts);
  parts->is_writer = true;
  return std::unique_ptr<SqliteLedger>(new SqliteLedger(std::move(parts)));
}

const std::string& SqliteLedger::key_name() const { return parts_->key().name(); }

Result<Transaction> SqliteLedger::begin() {
  assert(parts_->is_writer);
  if (parts_->has_written) ::usleep(kBreathMicroseconds);
  parts_->has_written = true;
  Recorder* recorder = &parts_->recorder;
  return Transaction::begin(parts_->database(), {[recorder] { return recorder->before_commit(); },
                                                 [recorder] { recorder->rolled_back(); }});
}

Result<bool> SqliteLedger::record(const Entry& entry, const std::string& source, Time now) {
  if (!entry.is_usable())
    return fail(ErrorCode::data, "neither a Message-ID nor From and Date: nothing to match");
  if (!parts_->database().is_in_transaction()) {
    auto transaction = begin();
    if (!transaction) return transaction.failure();
    auto recorded = record(entry, source, now);
    if (!recorded) return recorded;
    const auto committed = transaction->commit();
    if (!committed) return committed.failure();
    return recorded;
  }
  const auto recorded = parts_->recorder.record(entry, source, now);
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
    if (!*earliest)
      return fail(ErrorCode::data, "no message of " + *name + " is in the ledger",
                  "say since when it is complete with --since");
    since = *earliest;
  }
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  const auto declared = parts_->recorder.declare({*name, *since, until, "declared"});
  if (!declared) return declared.failure();
  const auto committed = transaction->commit();
  if (!committed) return committed.failure();
  return *since;
}

Result<std::vector<CoverageRange>> SqliteLedger::promises() {
  auto query =
      parts_->database().prepare("SELECT scope, since, until, source FROM coverage ORDER BY 1, 2");
  if (!query) return query.failure();
  return ranges_by(*query);
}

Result<std::int64_t> SqliteLedger::withdraw(const std::string& scope) {
  const auto name = parse_scope(scope);
  if (!name) return name.failure();
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  auto drop = parts_->database().prepare("DELETE FROM coverage WHERE scope = ?1");
  if (!drop) return drop.failure();
  if (const auto dropped = drop->bind(1, *name).run(); !dropped) return dropped.failure();
  const std::int64_t count = parts_->database().changed_rows();
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  return count;
}

Result<std::optional<Time>> SqliteLedger::first_sent_by(const std::string& scope) {
  const auto name = parse_scope(scope);
  if (!name) return name.failure();
  return parts_->earliest_of(*name);
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_message_id(std::string_view id) {
  const std::string normal = normal_id(id);
  if (normal.empty()) return {};
  return parts_->answer([&] { return parts_->find_id(normal); });
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_fingerprint(const Fingerprint& print) {
  return parts_->answer([&]() -> Result<std::vector<Row>> {
    auto rows = parts_->rows.of_second(print.date, kMostOfSecond);
    if (!rows) return rows;
    const std::string from = parts_->key().short_hash(print.from);
    const std::string subject =
        print.subject.empty() ? std::string() : parts_->key().short_hash(print.subject);
    std::erase_if(*rows, [&](const Row& row) {
      return row.date != storable(print.date) || row.from != from || row.subject != subject;
    });
    if (rows->size() > kMostFound) rows->resize(kMostFound);
    return rows;
  });
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_notice(std::string_view notice) {
  const std::string normal = normal_id(notice);
  if (normal.empty()) return {};
  return parts_->answer(
      [&] { return parts_->rows.find_notice(parts_->key().hash(normal), kMostFound); });
}

Result<std::vector<Feed>> SqliteLedger::find_feeds(std::int64_t first_line,
                                                   const std::string& path) {
  return read_feeds(parts_->database(), parts_->key(), first_line, path);
}

Result<std::optional<Feed>> SqliteLedger::find_feed(std::int64_t key) {
  auto feeds = find_feeds(key, {});
  if (!feeds) return feeds.failure();
  return feeds->empty() ? std::optional<Feed>() : std::optional(std::move(feeds->front()));
}

Result<std::optional<Feed>> SqliteLedger::last_feed_of(const std::string& path) {
  return read_last_feed_of(parts_->database(), path);
}

Result<void> SqliteLedger::save_feed(const Feed& feed) {
  return write_feed(parts_->database(), parts_->key(), feed);
}

LedgerAnswer<Coverage> SqliteLedger::coverage(const Address& sender, Time at) {
  const auto promises = parts_->read_promises();
  if (!promises) return unavailable<Coverage>(promises.error());
  const auto& [ranges, gaps, measured] = **promises;
  LedgerAnswer<Coverage> answer{coverage_by(ranges, gaps, sender, at), {}};
  if (answer.value.is_covered && measured.refutes_promises())
    answer.value = {false, "said to be " + answer.value.detail + ", but " + describe(measured)};
  return answer;
}

LedgerAnswer<bool> SqliteLedger::has_sender(const Address& address) {
  auto query = parts_->database().prepare("SELECT 1 FROM names WHERE kind = 1 AND name = ?1");
  if (!query) return unavailable<bool>(query.error());
  const auto row = query->bind_blob(1, parts_->key().seal(comparable_address(address))).step();
  if (!row) return unavailable<bool>(row.error());
  return {*row, {}};
}

void SqliteLedger::note_proof(std::string_view bringer, bool is_recorded, Time now) {
  if (!parts_->database().is_in_transaction()) parts_->counter.note(bringer, is_recorded, now);
}

bool SqliteLedger::needs_proof() {
  const auto promises = parts_->read_promises();
  return promises && !(*promises)->ranges.empty() && (*promises)->measured.is_too_little();
}

void SqliteLedger::write_nothing() { parts_->counter.only_read(); }

// While a transaction of our own holds the lock, nobody can be let in.
LedgerAnswer<std::int64_t> SqliteLedger::count_bounce(const SentMessage& message,
                                                      std::string_view bounce) {
  if (parts_->database().is_in_transaction()) return {};
  return {parts_->counter.count(message.row, bounce), {}};
}

LedgerAnswer<std::int64_t> SqliteLedger::count_bounce_to(std::string_view address,
                                                         std::string_view bounce) {
  if (parts_->database().is_in_transaction()) return {};
  return {parts_->counter.count_to(address, bounce), {}};
}

Result<void> SqliteLedger::Parts::within_transaction(
    SqliteLedger& ledger, const std::function<Result<void>(Database&)>& change) {
  if (database().is_in_transaction()) return change(database());
  auto transaction = ledger.begin();
  if (!transaction) return transaction.failure();
  if (auto changed = change(database()); !changed) return changed;
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

// Day by day: a few hundred messages of each, of the newest 40 days.
LedgerAnswer<std::int64_t> SqliteLedger::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  constexpr std::int64_t kMostDays = 40;
  const auto reading = ReadTransaction::begin(parts_->database());
  if (!reading) return unavailable<std::int64_t>(reading.error());
  const std::string sender_hash = parts_->key().short_hash(comparable_address(sender));
  const std::string recipient_hash = parts_->key().hash(comparable_address(recipient));
  const std::int64_t last = day_of(to);
  LedgerAnswer<std::int64_t> answer;
  for (std::int64_t day = std::max(day_of(from), last - kMostDays); day <= last; ++day) {
    const auto rows = parts_->rows.find_correspondence(sender_hash, recipient_hash, day);
    if (!rows) return unavailable<std::int64_t>(rows.error());
    answer.value += std::count_if(rows->begin(), rows->end(), [&](const Row& row) {
      return row.time() >= from && row.time() <= to;
    });
  }
  return answer;
}

LedgerAnswer<LearnedIdentity> SqliteLedger::identity() {
  auto identity = parts_->identity();
  if (!identity) return unavailable<LearnedIdentity>(identity.error());
  return {std::move(*identity), {}};
}

Result<LedgerStats> SqliteLedger::stats() {
  LedgerStats stats;
  const auto totals = names_by(parts_->database(), "SELECT name, value FROM totals");
  if (!totals) return totals.failure();
  for (const NameCount& total : *totals) {
    if (total.name == "messages") stats.messages = total.count;
    if (total.name == "ids") stats.message_ids = total.count;
    if (total.name == "recipients") stats.recipients = total.count;
    if (total.name == "earliest") stats.earliest = Time(seconds(total.count));
    if (total.name == "latest") stats.latest = Time(seconds(total.count));
  }
  auto sources = names_by(parts_->database(),
                          "SELECT name, messages FROM sources ORDER BY messages DESC, name");
  if (!sources) return sources.failure();
  stats.sources = std::move(*sources);
  auto ranges = promises();
  if (!ranges) return ranges.failure();
  stats.coverage = std::move(*ranges);
  auto gaps = read_gaps(parts_->database());
  if (!gaps) return gaps.failure();
  stats.gaps = std::move(*gaps);
  const auto measured = read_measured(parts_->database());
  if (!measured) return measured.failure();
  stats.measured = *measured;
  auto identity = parts_->identity();
  if (!identity) return identity.failure();
  stats.senders = std::move(identity->senders);
  return stats;
}

Result<std::vector<Entry>> SqliteLedger::find_entries(std::string_view message_id) {
  std::vector<Entry> entries;
  const auto found = find_message_id(message_id);
  if (!found.is_available()) return fail(ErrorCode::temp_fail, found.unavailable);
  for (const SentMessage& sent : found.value) {
    auto text = read_text(parts_->database(), parts_->text, sent.row);
    if (!text) return text.failure();
    if (*text) entries.push_back(std::move(**text));
  }
  return entries;
}

Result<void> SqliteLedger::for_each_row(
    const std::function<Result<void>(const Row& row, const std::optional<Entry>& text)>& visit) {
  RowWalk walk(parts_->rows);
  for (;;) {
    const auto row = walk.next();
    if (!row) return row.failure();
    if (!*row) return walk.finish();
    auto text = read_text(parts_->database(), parts_->text, (*row)->number);
    if (!text) walk.note_damage(text.error());
    if (auto visited = visit(**row, text ? *text : std::optional<Entry>()); !visited)
      return visited;
  }
}

Result<void> SqliteLedger::for_each(const std::function<Result<void>(const Entry&)>& visit) {
  return for_each_row([&](const Row& row, const std::optional<Entry>& text) {
    if (!text) return visit(sealed_entry(row, parts_->key()));
    Entry entry = *text;
    std::sort(entry.recipients.begin(), entry.recipients.end());
    return visit(entry);
  });
}

Result<void> SqliteLedger::take_over_names(SqliteLedger& other) {
  for (const NameKind kind : {NameKind::sender, NameKind::id_host}) {
    const auto names = other.parts_->names(kind, INT64_MAX);
    if (!names) return names.failure();
    for (const NameCount& name : *names) {
      const Time last = parts_->now.value_or(Time{});
      auto taken = parts_->recorder.counts().take_over(kind, name.name, name.count, last);
      if (!taken) return taken;
    }
  }
  return {};
}

}  // namespace unsent
