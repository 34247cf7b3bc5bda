// SPDX-License-Identifier: MIT
#include "ledger/sqlite_ledger.h"

#include <algorithm>

#include "base/text.h"
#include "ledger/memory_ledger.h"
#include "ledger/schema.h"

namespace unsent {
namespace {

constexpr int kMostAnswers = 100;

std::int64_t count(Time time) { return time.time_since_epoch().count(); }
Time to_time(std::int64_t value) { return Time(seconds(value)); }

// One statement after the other; the first failure stops.
struct Prepare {
  Statement& to;
  const char* sql;
};
Result<void> prepare_all(Database& database, std::initializer_list<Prepare> wanted) {
  for (const Prepare& one : wanted) {
    auto statement = database.prepare(one.sql);
    if (!statement) return statement.failure();
    one.to = std::move(*statement);
  }
  return {};
}

}  // namespace

struct SqliteLedger::Statements {
  Statement by_id, by_fingerprint, message, ids, recipients, coverage, count_sent;
  Statement add_message, add_id, add_recipient, add_identity;
};

SqliteLedger::SqliteLedger(Database database)
    : database_(std::move(database)), statements_(std::make_unique<Statements>()) {}
SqliteLedger::~SqliteLedger() = default;

std::string SqliteLedger::why_not() const {
  return Result<void>(database_.failure()).error().message;
}

Result<void> SqliteLedger::prepare_reading() {
  Statements& s = *statements_;
  return prepare_all(
      database_,
      {{s.by_id, "SELECT message FROM message_id WHERE value = ?1 ORDER BY message LIMIT 100"},
       {s.by_fingerprint,
        "SELECT id FROM message WHERE date = ?1 AND from_address = ?2 AND subject = ?3 LIMIT 100"},
       {s.message,
        "SELECT from_address, date, subject, reverse_path, sent_at, all_recipients, raw_date,"
        " raw_from, raw_subject FROM message WHERE id = ?1"},
       {s.ids, "SELECT value FROM message_id WHERE message = ?1 ORDER BY value"},
       {s.recipients, "SELECT address FROM recipient WHERE message = ?1 ORDER BY address"},
       {s.coverage, "SELECT since FROM coverage WHERE scope = ?1"},
       {s.count_sent,
        "SELECT count(*) FROM message JOIN recipient ON message = id WHERE sent_at BETWEEN ?1 AND"
        " ?2 AND (from_address = ?3 OR reverse_path = ?3) AND address = ?4"}});
}

Result<void> SqliteLedger::prepare_writing() {
  Statements& s = *statements_;
  return prepare_all(
      database_,
      {{s.add_message,
        "INSERT INTO message (from_address, date, subject, reverse_path, sent_at, all_recipients,"
        " source, raw_date, raw_from, raw_subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10)"},
       {s.add_id, "INSERT OR IGNORE INTO message_id (value, message) VALUES (?1, ?2)"},
       {s.add_recipient, "INSERT OR IGNORE INTO recipient (message, address) VALUES (?1, ?2)"},
       {s.add_identity,
        "INSERT INTO identity (kind, name, count) VALUES (?1, ?2, 1)"
        " ON CONFLICT (kind, name) DO UPDATE SET count = count + 1"}});
}

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open_for_reading(const std::string& path,
                                                                     int busy_milliseconds) {
  auto database = Database::open(path, Database::Mode::read_only, busy_milliseconds);
  if (!database) return database.failure();
  std::unique_ptr<SqliteLedger> ledger(new SqliteLedger(std::move(*database)));
  if (auto checked = check_version(ledger->database_); !checked) return checked.failure();
  if (auto prepared = ledger->prepare_reading(); !prepared) return prepared.failure();
  return ledger;
}

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open_for_writing(const std::string& path,
                                                                     int busy_milliseconds) {
  if (auto made = make_parent_folder(path); !made) return made.failure();
  auto database = Database::open(path, Database::Mode::read_write, busy_milliseconds);
  if (!database) return database.failure();
  std::unique_ptr<SqliteLedger> ledger(new SqliteLedger(std::move(*database)));
  if (auto migrated = migrate(ledger->database_); !migrated) return migrated.failure();
  if (auto prepared = ledger->prepare_reading(); !prepared) return prepared.failure();
  if (auto prepared = ledger->prepare_writing(); !prepared) return prepared.failure();
  return ledger;
}

std::vector<SentMessage> SqliteLedger::load(const std::vector<std::int64_t>& rows,
                                            std::string& unavailable) {
  std::vector<SentMessage> messages;
  for (const std::int64_t row : rows) {
    auto entry = load_entry(row);
    if (!entry) {
      unavailable = entry.error().message;
      return {};
    }
    messages.push_back(to_sent_message(*entry, to_time(0)));
  }
  return messages;
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::load_found(Statement& query) {
  LedgerAnswer<std::vector<SentMessage>> answer;
  std::vector<std::int64_t> rows;
  Step step = Step::row;
  while ((step = query.step()) == Step::row && rows.size() < kMostAnswers)
    rows.push_back(query.integer(0));
  if (step == Step::busy || step == Step::failed) answer.unavailable = why_not();
  query.reset();
  if (answer.is_available()) answer.value = load(rows, answer.unavailable);
  return answer;
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_message_id(std::string_view id) {
  return load_found(statements_->by_id.bind(id));
}

LedgerAnswer<std::vector<SentMessage>> SqliteLedger::find_fingerprint(const Fingerprint& print) {
  return load_found(statements_->by_fingerprint.bind(count(print.date), print.from, print.subject));
}

LedgerAnswer<Coverage> SqliteLedger::coverage(const Address& sender, Time at) {
  LedgerAnswer<Coverage> answer;
  answer.value.detail = "nobody says that it is complete for " + sender.text();
  for (const std::string& scope : coverage_scopes(sender)) {
    Statement& query = statements_->coverage.bind(scope);
    const Step step = query.step();
    if (step == Step::busy || step == Step::failed) {
      answer.unavailable = why_not();
      query.reset();
      return answer;
    }
    if (step == Step::row) answer.value = describe_coverage(scope, to_time(query.integer(0)), at);
    query.reset();
    if (answer.value.is_covered) return answer;
  }
  return answer;
}

LedgerAnswer<std::int64_t> SqliteLedger::count_sent(const Address& sender, const Address& recipient,
                                                    Time from, Time to) {
  LedgerAnswer<std::int64_t> answer;
  Statement& query = statements_->count_sent.bind(count(from), count(to), lower(sender.text()),
                                                  lower(recipient.text()));
  if (query.step() == Step::row)
    answer.value = query.integer(0);
  else
    answer.unavailable = why_not();
  query.reset();
  return answer;
}

LedgerAnswer<LearnedIdentity> SqliteLedger::identity() {
  LedgerAnswer<LearnedIdentity> answer;
  const auto unavailable = [&](const Error& error) {
    answer.unavailable = error.message;
    return answer;
  };
  auto messages = database_.integer("SELECT coalesce(max(id), 0) FROM message");
  if (!messages) return unavailable(messages.error());
  answer.value.messages = *messages;
  auto query = database_.prepare(
      "SELECT name, count FROM identity WHERE kind = ?1 ORDER BY count DESC, name LIMIT 1000");
  if (!query) return unavailable(query.error());
  const auto read = [&](const char* kind, std::vector<NameCount>& names) {
    query->bind(std::string_view(kind));
    Step step = Step::row;
    while ((step = query->step()) == Step::row)
      names.push_back({query->text(0), query->integer(1)});
    return step == Step::done;
  };
  if (!read("s", answer.value.senders) || !read("h", answer.value.message_id_hosts)) {
    answer.unavailable = why_not();
    return answer;
  }
  return answer;
}

Result<void> SqliteLedger::finish(Statement& statement) {
  const Step step = statement.step();
  statement.reset();
  if (step == Step::done || step == Step::row) return {};
  return database_.failure();
}

// The row of the same message: one of the ids, and no fingerprint that contradicts; or,
// where there is no id, the same fingerprint.
Result<std::optional<std::int64_t>> SqliteLedger::find_same(
    const Entry& entry, const std::optional<Fingerprint>& print) {
  const auto first_row = [&](Statement& query, bool check) -> Result<std::optional<std::int64_t>> {
    std::vector<std::int64_t> rows;
    Step step = Step::row;
    while ((step = query.step()) == Step::row) rows.push_back(query.integer(0));
    query.reset();
    if (step != Step::done) return database_.failure();
    for (const std::int64_t row : rows) {
      if (!check || !print) return std::optional(row);
      auto known = load_entry(row);
      if (!known) return known.failure();
      const auto theirs = known->fingerprint();
      if (!theirs || theirs == print) return std::optional(row);
    }
    return std::optional<std::int64_t>();
  };
  for (const std::string& id : entry.message_ids) {
    auto row = first_row(statements_->by_id.bind(id), true);
    if (!row || *row) return row;
  }
  if (!print || !entry.message_ids.empty()) return std::optional<std::int64_t>();
  return first_row(
      statements_->by_fingerprint.bind(count(print->date), print->from, print->subject), false);
}

Result<std::int64_t> SqliteLedger::insert_message(const Entry& entry,
                                                  const std::optional<Fingerprint>& print,
                                                  const std::string& source, Time now) {
  using Text = std::optional<std::string>;
  using Integer = std::optional<std::int64_t>;
  Statement& add = statements_->add_message;
  add.bind(print ? Text(print->from) : Text(), print ? Integer(count(print->date)) : Integer(),
           print ? Text(print->subject) : Text(), lower(entry.reverse_path),
           count(sent_time(entry, now)), std::int64_t{entry.has_all_recipients}, source, entry.date,
           entry.from, entry.subject);
  if (auto added = finish(add); !added) return added.failure();
  const std::int64_t row = database_.last_insert_id();
  Statement& identity = statements_->add_identity;
  if (print)
    if (auto added = finish(identity.bind(std::string_view("s"), print->from)); !added)
      return added.failure();
  for (const std::string& id : entry.message_ids) {
    const std::string host = message_id_host(id);
    if (host.empty()) continue;
    if (auto added = finish(identity.bind(std::string_view("h"), host)); !added)
      return added.failure();
  }
  return row;
}

Result<void> SqliteLedger::add_details(std::int64_t row, const Entry& entry) {
  for (const std::string& id : entry.message_ids)
    if (auto added = finish(statements_->add_id.bind(id, row)); !added) return added;
  for (const std::string& text : entry.recipients) {
    const auto address = Address::parse(text);
    if (!address) continue;
    if (auto added = finish(statements_->add_recipient.bind(row, lower(address->text()))); !added)
      return added;
  }
  return {};
}

Result<bool> SqliteLedger::record(const Entry& entry, const std::string& source, Time now) {
  if (!entry.is_usable())
    return fail(ErrorCode::data, "neither a Message-ID nor From and Date: nothing to match");
  const auto print = entry.fingerprint();
  auto same = find_same(entry, print);
  if (!same) return same.failure();
  const bool is_new = !*same;
  std::int64_t row = same->value_or(0);
  if (is_new) {
    auto inserted = insert_message(entry, print, source, now);
    if (!inserted) return inserted.failure();
    row = *inserted;
  }
  if (auto added = add_details(row, entry); !added) return added.failure();
  return is_new;
}

Result<Time> SqliteLedger::declare_complete(const std::string& scope, std::optional<Time> since) {
  const std::string name = lower(scope);
  const bool is_address = name.find('@') != std::string::npos;
  if (!since) {
    auto query = database_.prepare(
        is_address ? "SELECT min(sent_at) FROM message WHERE from_address = ?1 OR reverse_path = ?1"
                   : "SELECT min(sent_at) FROM message WHERE from_address LIKE '%@' || ?1 OR"
                     " from_address LIKE '%.' || ?1");
    if (!query) return query.failure();
    if (query->bind(name).step() != Step::row) return database_.failure();
    if (query->is_null(0))
      return fail(ErrorCode::data, "no message of " + name + " is in the ledger",
                  "say since when it is complete with --since");
    since = to_time(query->integer(0));
  }
  auto set = database_.prepare(
      "INSERT INTO coverage (scope, since) VALUES (?1, ?2)"
      " ON CONFLICT (scope) DO UPDATE SET since = min(since, excluded.since)");
  if (!set) return set.failure();
  if (auto done = finish(set->bind(name, count(*since))); !done) return done.failure();
  return *since;
}

Result<LedgerStats> SqliteLedger::stats() {
  LedgerStats stats;
  struct Count {
    std::int64_t* to;
    const char* sql;
  };
  for (const Count& one : {Count{&stats.messages, "SELECT count(*) FROM message"},
                           Count{&stats.message_ids, "SELECT count(*) FROM message_id"},
                           Count{&stats.recipients, "SELECT count(*) FROM recipient"}}) {
    auto number = database_.integer(one.sql);
    if (!number) return number.failure();
    *one.to = *number;
  }
  if (stats.messages > 0) {
    auto earliest = database_.integer("SELECT min(sent_at) FROM message");
    auto latest = database_.integer("SELECT max(sent_at) FROM message");
    if (!earliest || !latest) return database_.failure();
    stats.earliest = to_time(*earliest);
    stats.latest = to_time(*latest);
  }
  auto scopes = database_.prepare("SELECT scope, since FROM coverage ORDER BY scope");
  if (!scopes) return scopes.failure();
  while (scopes->step() == Step::row)
    stats.coverage.push_back({scopes->text(0), to_time(scopes->integer(1))});
  auto learned = identity();
  if (!learned.is_available()) return fail(ErrorCode::io, learned.unavailable);
  stats.senders = std::move(learned.value.senders);
  return stats;
}

Result<Entry> SqliteLedger::load_entry(std::int64_t row) {
  Entry entry;
  Statement& message = statements_->message.bind(row);
  if (message.step() != Step::row) {
    message.reset();
    return database_.failure();
  }
  entry.reverse_path = message.text(3);
  entry.sent_at = to_time(message.integer(4));
  entry.has_all_recipients = message.integer(5) != 0;
  entry.date = message.text(6);
  entry.from = message.text(7);
  entry.subject = message.text(8);
  message.reset();
  const auto read_list = [&](Statement& query, std::vector<std::string>& list) {
    query.bind(row);
    Step step = Step::row;
    while ((step = query.step()) == Step::row) list.push_back(query.text(0));
    query.reset();
    return step == Step::done;
  };
  if (!read_list(statements_->ids, entry.message_ids) ||
      !read_list(statements_->recipients, entry.recipients))
    return database_.failure();
  return entry;
}

Result<void> SqliteLedger::for_each(const std::function<Result<void>(const Entry&)>& visit) {
  auto rows = database_.prepare("SELECT id FROM message ORDER BY id");
  if (!rows) return rows.failure();
  Step step = Step::row;
  while ((step = rows->step()) == Step::row) {
    auto entry = load_entry(rows->integer(0));
    if (!entry) return entry.failure();
    if (auto visited = visit(*entry); !visited) return visited;
  }
  return step == Step::done ? Result<void>() : Result<void>(database_.failure());
}

Result<std::vector<Entry>> SqliteLedger::find_entries(std::string_view id) {
  std::vector<std::int64_t> rows;
  Statement& query = statements_->by_id.bind(id);
  Step step = Step::row;
  while ((step = query.step()) == Step::row) rows.push_back(query.integer(0));
  query.reset();
  if (step != Step::done) return database_.failure();
  std::vector<Entry> entries;
  for (const std::int64_t row : rows) {
    auto entry = load_entry(row);
    if (!entry) return entry.failure();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace unsent
