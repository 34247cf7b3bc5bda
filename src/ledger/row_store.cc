// SPDX-License-Identifier: MIT
#include "ledger/row_store.h"

#include <algorithm>
#include <limits>

namespace unsent {
namespace {

std::uint64_t index_of_id(const std::string& hash) {
  std::uint64_t index = 0;
  for (std::size_t i = 0; i < 8; ++i) index = index << 8U | static_cast<unsigned char>(hash[i]);
  return index;
}

// The hash of a notice that is the id of a message as well finds other rows.
std::uint64_t index_of_notice(const std::string& hash) { return ~index_of_id(hash); }

std::uint64_t index_of_correspondence(const LedgerKey& key, const std::string& sender,
                                      const std::string& recipient, std::int64_t day) {
  return key.index('c', sender + recipient + std::to_string(day));
}

std::int64_t day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

template <typename T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool has_recipient(const Row& row, const std::string& address) {
  return std::any_of(row.recipients.begin(), row.recipients.end(),
                     [&](const SentRecipient& one) { return one.address == address; });
}

// From, and the envelope sender if it is another.
std::vector<std::string> senders_of(const Row& row) {
  std::vector<std::string> senders;
  if (!row.from.empty()) senders.push_back(row.from);
  if (!row.reverse_path.empty() && row.reverse_path != row.from)
    senders.push_back(row.reverse_path);
  return senders;
}

}  // namespace

RowStore::RowStore(Database& database, std::shared_ptr<const LedgerKey> key)
    : database_(&database),
      key_(std::move(key)),
      postings_(database),
      read_("SELECT * FROM messages WHERE id = ?1"),
      next_("SELECT * FROM messages WHERE id > ?1 ORDER BY id LIMIT 1"),
      of_print_(
          "SELECT * FROM (SELECT * FROM messages WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?6) "
          "WHERE has_date = 1 AND sender IS ?3 AND subject IS ?4 LIMIT ?5"),
      without_id_(
          "SELECT EXISTS (SELECT 1 FROM (SELECT * FROM messages WHERE id BETWEEN ?1 AND ?2 "
          "ORDER BY id DESC LIMIT ?4) "
          "WHERE message_ids = x'' AND (sender = ?3 OR reverse_path = ?3))"),
      last_of_second_("SELECT max(id) FROM messages WHERE id BETWEEN ?1 AND ?2"),
      insert_("INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"),
      update_(
          "UPDATE messages SET message_ids = ?2, sender = ?3, subject = ?4, has_date = ?5, "
          "sent_after = ?6, reverse_path = ?7, has_all_recipients = ?8, notices = ?9, "
          "source = ?10 WHERE id = ?1"),
      remove_("DELETE FROM messages WHERE id = ?1") {}

// Once all is in columns it stays there; until then a writer may carry it over meanwhile.
Result<void> RowStore::find_form() {
  if (form_version_ && !packed_) return {};
  const auto version = database_->data_version();
  if (!version) return version.failure();
  if (form_version_ == *version) return {};
  auto query = database_->prepare(
      "SELECT name FROM sqlite_schema WHERE name IN ('segments', 'packed_segments')");
  if (!query) return query.failure();
  const auto row = query->step();
  if (!row) return row.failure();
  has_columns_ = !*row || query->text(0) == "packed_segments";
  packed_.reset();
  if (*row) packed_.emplace(*database_, has_columns_ ? "packed_" : "");
  form_version_ = *version;
  return {};
}

Result<std::vector<Row>> RowStore::rows_by(Statement& statement) {
  std::vector<Row> rows;
  for (;;) {
    const auto found = statement.step();
    if (!found) return found.failure();
    if (!*found) return rows;
    auto row = row_in(statement, *database_);
    const auto whole = row ? recipients_.read(*database_, *row) : Result<void>(row.failure());
    if (!whole) {
      statement.reset();
      return whole.failure();
    }
    rows.push_back(std::move(*row));
  }
}

// Of one number: in columns, or still packed.
Result<std::optional<Row>> RowStore::read(std::int64_t number) {
  std::vector<Row> rows;
  if (has_columns_) {
    const auto statement = read_.in(*database_);
    if (!statement) return statement.failure();
    auto found = rows_by((*statement)->bind(1, number));
    if (!found) return found.failure();
    rows = std::move(*found);
  }
  if (rows.empty() && packed_) {
    auto found = packed_->between(number, number, 1);
    if (!found) return found.failure();
    rows = std::move(*found);
  }
  return rows.empty() ? std::optional<Row>() : std::optional<Row>(std::move(rows.front()));
}

// In a damaged tree of pages a search may end before where it began, and so without end.
Result<std::optional<Row>> RowStore::next(std::int64_t after) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  if (auto found = find_form(); !found) return found.failure();
  std::optional<Row> first;
  if (has_columns_) {
    const auto statement = next_.in(*database_);
    if (!statement) return statement.failure();
    auto rows = rows_by((*statement)->bind(1, after));
    if (!rows) return rows.failure();
    if (!rows->empty()) first = std::move(rows->front());
  }
  if (packed_ && after < kLast) {
    auto rows = packed_->between(after + 1, first ? first->number - 1 : kLast, 1);
    if (!rows) return rows.failure();
    if (!rows->empty()) first = std::move(rows->front());
  }
  if (!first || first->number > after) return first;
  return damaged(*database_, "messages are out of order");
}

Result<std::vector<Row>> RowStore::find_fingerprint(const std::string& from, Time since, Time until,
                                                    const std::string& subject, std::size_t limit,
                                                    std::int64_t looked_at) {
  if (auto found = find_form(); !found) return found.failure();
  const std::int64_t first = first_number_of(since);
  const std::int64_t last = first_number_of(until) + kNumbersOfSecond - 1;
  std::vector<Row> rows;
  if (has_columns_) {
    const auto statement = of_print_.in(*database_);
    if (!statement) return statement.failure();
    (*statement)->bind(1, first).bind(2, last);
    bind_if_any(**statement, 3, from);
    bind_if_any(**statement, 4, subject);
    (*statement)->bind(5, static_cast<std::int64_t>(limit)).bind(6, looked_at);
    auto found = rows_by(**statement);
    if (!found) return found;
    rows = std::move(*found);
  }
  if (!packed_) return rows;
  auto packed = packed_->between(first, last, looked_at);
  if (!packed) return packed;
  for (Row& row : *packed)
    if (row.date && row.from == from && row.subject == subject && rows.size() < limit)
      rows.push_back(std::move(row));
  return rows;
}

Result<bool> RowStore::has_any_without_id(const std::string& sender, Time since, Time until) {
  constexpr std::int64_t kMostLookedAt = 20000;
  if (auto found = find_form(); !found) return found.failure();
  const std::int64_t first = first_number_of(since);
  const std::int64_t last = first_number_of(until) + kNumbersOfSecond - 1;
  if (has_columns_) {
    const auto statement = without_id_.in(*database_);
    if (!statement) return statement.failure();
    (*statement)->bind(1, first).bind(2, last).bind_blob(3, sender).bind(4, kMostLookedAt);
    const auto found = (*statement)->number();
    if (!found) return found.failure();
    if (*found == 1) return true;
  }
  if (!packed_) return false;
  const auto packed = packed_->between(first, last, kMostLookedAt);
  if (!packed) return packed.failure();
  return std::any_of(packed->begin(), packed->end(), [&](const Row& row) {
    return row.ids.empty() && contains(senders_of(row), sender);
  });
}

Result<std::vector<std::int64_t>> RowStore::numbers_under(std::uint64_t hash) {
  std::vector<std::int64_t> numbers;
  if (has_columns_) {
    auto found = postings_.find(hash);
    if (!found || !packed_) return found;
    numbers = std::move(*found);
  }
  if (packed_) {
    auto found = packed_->find(hash);
    if (!found) return found;
    numbers.insert(numbers.end(), found->begin(), found->end());
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

Result<std::vector<Row>> RowStore::rows_under(std::uint64_t hash, std::size_t limit,
                                              const Keep& keep) {
  if (auto found = find_form(); !found) return found.failure();
  const auto numbers = numbers_under(hash);
  if (!numbers) return numbers.failure();
  std::vector<Row> rows;
  for (const std::int64_t number : *numbers) {
    if (rows.size() == limit) break;
    auto row = read(number);
    if (!row) return row.failure();
    if (*row && keep(**row)) rows.push_back(std::move(**row));
  }
  return rows;
}

Result<std::vector<Row>> RowStore::find_id(const std::string& id, std::size_t limit) {
  return rows_under(index_of_id(id), limit, [&](const Row& row) { return contains(row.ids, id); });
}

Result<std::vector<Row>> RowStore::find_known_by(const std::string& id, std::size_t limit) {
  return rows_under(index_of_id(id), limit, [&](const Row& row) { return is_known_by(row, id); });
}

Result<std::vector<Row>> RowStore::find_notice(const std::string& notice, std::size_t limit) {
  return rows_under(index_of_notice(notice), limit,
                    [&](const Row& row) { return contains(row.notices, notice); });
}

Result<std::vector<Row>> RowStore::find_correspondence(const std::string& sender,
                                                       const std::string& recipient,
                                                       std::int64_t day) {
  return rows_under(index_of_correspondence(*key_, sender, recipient, day), SIZE_MAX,
                    [&](const Row& row) {
                      return contains(senders_of(row), sender) && has_recipient(row, recipient);
                    });
}

Result<std::optional<std::int64_t>> RowStore::last_of_second(std::int64_t first) {
  const auto statement = last_of_second_.in(*database_);
  if (!statement) return statement.failure();
  (*statement)->bind(1, first).bind(2, first + kNumbersOfSecond - 1);
  const auto found = (*statement)->step();
  if (!found) return found.failure();
  const auto last = (*statement)->optional_integer(0);
  (*statement)->reset();
  return last;
}

Result<bool> RowStore::is_crowded(Time date, std::int64_t count) {
  const std::int64_t first = first_number_of(date);
  const auto last = last_of_second(first);
  if (!last) return last.failure();
  return *last && **last - first >= count;
}

// A second has room for a million; what comes then is numbered within the next.
Result<void> RowStore::choose_number(Row& row) {
  row.number = first_number_of(number_time(row));
  const auto last = last_of_second(row.number);
  if (!last) return last.failure();
  if (*last) row.number = **last + 1;
  return {};
}

Result<void> RowStore::write(LazyStatement& lazy, const Row& row) {
  const auto statement = lazy.in(*database_);
  if (!statement) return statement.failure();
  bind_row(**statement, row);
  if (auto written = (*statement)->run(); !written) return written;
  return recipients_.write(*database_, row);
}

// For what row has and was has not.
Result<void> RowStore::add_postings(const Row& row, const Row& was) {
  std::vector<std::uint64_t> hashes;
  for (const std::string& id : row.ids)
    if (!contains(was.ids, id)) hashes.push_back(index_of_id(id));
  for (const std::string& notice : row.notices)
    if (!contains(was.notices, notice)) hashes.push_back(index_of_notice(notice));
  if (const auto time = row.time()) {
    const bool is_same_day = was.time() && day_of(*was.time()) == day_of(*time);
    const auto known = is_same_day ? senders_of(was) : std::vector<std::string>();
    for (const std::string& sender : senders_of(row))
      for (const SentRecipient& one : row.recipients)
        if (!contains(known, sender) || !contains(was.recipients, one))
          hashes.push_back(index_of_correspondence(*key_, sender, one.address, day_of(*time)));
  }
  for (const std::uint64_t hash : hashes)
    if (auto added = postings_.add(hash, row.number); !added) return added;
  return {};
}

Result<void> RowStore::insert(Row& row) {
  if (auto chosen = choose_number(row); !chosen) return chosen;
  return insert_numbered(row);
}

Result<void> RowStore::insert_numbered(Row& row) {
  order_recipients(row);
  if (auto written = write(insert_, row); !written) return written;
  return add_postings(row, Row());
}

Result<void> RowStore::update(const Row& was, Row& row) {
  row.number = was.number;
  if (number_time(row) == number_time(was) && row.date.has_value() == was.date.has_value()) {
    order_recipients(row);
    if (auto written = write(update_, row); !written) return written;
    return add_postings(row, was);
  }
  if (auto removed = remove(was.number); !removed) return removed;
  return insert(row);
}

Result<void> RowStore::remove(std::int64_t number) {
  const auto statement = remove_.in(*database_);
  if (!statement) return statement.failure();
  if (auto removed = (*statement)->bind(1, number).run(); !removed) return removed;
  return recipients_.remove(*database_, number);
}

}  // namespace unsent
