// SPDX-License-Identifier: MIT
#include "ledger/row_store.h"

#include <algorithm>

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
      read_("SELECT id, packed FROM messages WHERE id = ?1"),
      next_("SELECT id, packed FROM messages WHERE id > ?1 ORDER BY id LIMIT 1"),
      of_second_("SELECT id, packed FROM messages WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3"),
      last_of_second_("SELECT max(id) FROM messages WHERE id >= ?1 AND id < ?2"),
      insert_("INSERT INTO messages VALUES (?1, ?2)"),
      update_("UPDATE messages SET packed = ?2 WHERE id = ?1"),
      remove_("DELETE FROM messages WHERE id = ?1") {}

Result<std::optional<Row>> RowStore::read_one(LazyStatement& lazy, std::int64_t number) {
  const auto statement = lazy.in(*database_);
  if (!statement) return statement.failure();
  const auto found = (*statement)->bind(1, number).step();
  if (!found) return found.failure();
  if (!*found) return std::optional<Row>();
  auto row = row_in(**statement, *database_);
  (*statement)->reset();
  if (!row) return row.failure();
  return std::optional<Row>(std::move(*row));
}

Result<std::optional<Row>> RowStore::read(std::int64_t number) { return read_one(read_, number); }

// In a damaged tree of pages a search may end before where it began, and so without end.
Result<std::optional<Row>> RowStore::next(std::int64_t after) {
  auto row = read_one(next_, after);
  if (!row || !*row || (*row)->number > after) return row;
  return damaged_ledger(*database_, "messages are out of order");
}

Result<std::vector<Row>> RowStore::of_second(Time time, std::size_t limit) {
  const auto statement = of_second_.in(*database_);
  if (!statement) return statement.failure();
  const std::int64_t first = first_number_of(time);
  (*statement)->bind(1, first).bind(2, first + kNumbersOfSecond - 1);
  (*statement)->bind(3, static_cast<std::int64_t>(limit));
  std::vector<Row> rows;
  for (;;) {
    const auto found = (*statement)->step();
    if (!found) return found.failure();
    if (!*found) return rows;
    auto row = row_in(**statement, *database_);
    if (!row) {
      (*statement)->reset();
      return row.failure();
    }
    rows.push_back(std::move(*row));
  }
}

Result<std::vector<Row>> RowStore::rows_under(std::uint64_t hash, std::size_t limit,
                                              Postings::Wanted wanted,
                                              const std::function<bool(const Row&)>& keep) {
  const auto numbers = postings_.find(hash, wanted);
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
  return rows_under(index_of_id(id), limit, Postings::Wanted::all,
                    [&](const Row& row) { return contains(row.ids, id); });
}

Result<std::vector<Row>> RowStore::find_known_by(const std::string& id, std::size_t limit,
                                                 Postings::Wanted wanted) {
  return rows_under(index_of_id(id), limit, wanted,
                    [&](const Row& row) { return is_known_by(row, id); });
}

Result<std::vector<Row>> RowStore::find_notice(const std::string& notice, std::size_t limit) {
  return rows_under(index_of_notice(notice), limit, Postings::Wanted::all,
                    [&](const Row& row) { return contains(row.notices, notice); });
}

Result<std::vector<Row>> RowStore::find_correspondence(const std::string& sender,
                                                       const std::string& recipient,
                                                       std::int64_t day) {
  return rows_under(index_of_correspondence(*key_, sender, recipient, day), SIZE_MAX,
                    Postings::Wanted::all, [&](const Row& row) {
                      return contains(senders_of(row), sender) && has_recipient(row, recipient);
                    });
}

// A second has room for a million; what comes then is numbered within the next.
Result<void> RowStore::choose_number(Row& row) {
  const Time second = number_time(row);
  if (near_.is_known(second)) {
    row.number = near_.next_number_of(second);
    return {};
  }
  const auto statement = last_of_second_.in(*database_);
  if (!statement) return statement.failure();
  row.number = first_number_of(second);
  const auto found =
      (*statement)->bind(1, row.number).bind(2, row.number + kNumbersOfSecond - 1).step();
  if (!found) return found.failure();
  if (const auto last = (*statement)->optional_integer(0)) row.number = *last + 1;
  (*statement)->reset();
  return {};
}

Result<void> RowStore::write(LazyStatement& lazy, const Row& row) {
  const auto statement = lazy.in(*database_);
  if (!statement) return statement.failure();
  auto written = (*statement)->bind(1, row.number).bind_blob(2, pack_row(row)).run();
  if (written) near_.put(row);
  return written;
}

// For what row has and was has not.
void RowStore::add_postings(const Row& row, const Row& was) {
  const bool is_bare = row.is_bare();
  for (const std::string& id : row.ids)
    if (!contains(was.ids, id)) postings_.add(index_of_id(id), row.number, is_bare);
  for (const std::string& notice : row.notices)
    if (!contains(was.notices, notice)) postings_.add(index_of_notice(notice), row.number, is_bare);
  const auto time = row.time();
  if (!time) return;
  const bool is_same_day = was.time() && day_of(*was.time()) == day_of(*time);
  const auto known = is_same_day ? senders_of(was) : std::vector<std::string>();
  for (const std::string& sender : senders_of(row))
    for (const SentRecipient& one : row.recipients)
      if (!contains(known, sender) || !contains(was.recipients, one))
        postings_.add(index_of_correspondence(*key_, sender, one.address, day_of(*time)),
                      row.number, is_bare);
}

Result<void> RowStore::insert(Row& row) {
  if (auto chosen = choose_number(row); !chosen) return chosen;
  auto written = write(insert_, row);
  if (written) add_postings(row, Row());
  return written;
}

Result<void> RowStore::update(const Row& was, Row& row) {
  row.number = was.number;
  if (number_time(row) == number_time(was) && row.date.has_value() == was.date.has_value()) {
    auto written = write(update_, row);
    if (written) add_postings(row, was);
    return written;
  }
  if (auto removed = remove(was.number); !removed) return removed;
  return insert(row);
}

Result<void> RowStore::remove(std::int64_t number) {
  near_.remove(number);
  const auto statement = remove_.in(*database_);
  if (!statement) return statement.failure();
  return (*statement)->bind(1, number).run();
}

Result<void> RowStore::flush() {
  near_.forget();
  return postings_.flush();
}

void RowStore::forget() {
  near_.forget();
  postings_.forget();
}

}  // namespace unsent
