// SPDX-License-Identifier: MIT
// Rows in the tables of the ledger, and what finds them. Knows nothing of what they mean
// together: ledger/recorder.h does.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/packed_rows.h"
#include "ledger/postings.h"
#include "ledger/row_columns.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

// All within transactions of the caller's.
class RowStore {
 public:
  static constexpr std::int64_t kMostOfSecond = 5000;

  // database must outlive it.
  RowStore(Database& database, std::shared_ptr<const LedgerKey> key);

  const LedgerKey& key() const { return *key_; }
  Database& database() { return *database_; }
  Postings& postings() { return postings_; }
  // Some are still packed as of the last reading.
  bool has_packed() const { return packed_.has_value(); }

  // The message behind that one, by number: a walk through all, by time. nullopt at the end.
  Result<std::optional<Row>> next(std::int64_t after);
  // Those of a From (short hash), a Date and a Subject (short hash); at most limit, among the
  // first looked_at of that second.
  Result<std::vector<Row>> find_fingerprint(const std::string& from, Time date,
                                            const std::string& subject, std::size_t limit,
                                            std::int64_t looked_at = kMostOfSecond) {
    return find_fingerprint(from, date, date, subject, limit, looked_at);
  }
  // The same of any Date from since to until; looked_at in all.
  Result<std::vector<Row>> find_fingerprint(const std::string& from, Time since, Time until,
                                            const std::string& subject, std::size_t limit,
                                            std::int64_t looked_at);
  // Whether any that a sender (short hash) sent between the two times has no id; only the newest
  // are looked at.
  Result<bool> has_any_without_id(const std::string& sender, Time since, Time until);
  // More than so many messages bear that Date.
  Result<bool> is_crowded(Time date, std::int64_t count);
  // By the hash of an id, or of a notice; at most limit. The second: see is_known_by.
  Result<std::vector<Row>> find_id(const std::string& id, std::size_t limit);
  Result<std::vector<Row>> find_known_by(const std::string& id, std::size_t limit);
  Result<std::vector<Row>> find_notice(const std::string& notice, std::size_t limit);
  // What a sender (short hash) wrote to a recipient on a day since 1970; some hundreds at most.
  Result<std::vector<Row>> find_correspondence(const std::string& sender,
                                               const std::string& recipient, std::int64_t day);

  // Gives the row its number, and its recipients their order.
  Result<void> insert(Row& row);
  // The same of one that has its number.
  Result<void> insert_numbered(Row& row);
  // was is what is stored. The number changes with the time that it tells.
  Result<void> update(const Row& was, Row& row);
  // What finds it is left: it finds nothing.
  Result<void> remove(std::int64_t number);

 private:
  // Whether a row that is found is wanted.
  using Keep = std::function<bool(const Row&)>;

  Result<void> find_form();
  Result<std::optional<Row>> read(std::int64_t number);
  Result<std::vector<Row>> rows_by(Statement& statement);
  Result<std::vector<std::int64_t>> numbers_under(std::uint64_t hash);
  Result<std::vector<Row>> rows_under(std::uint64_t hash, std::size_t limit, const Keep& keep);
  Result<void> write(LazyStatement& lazy, const Row& row);
  Result<std::optional<std::int64_t>> last_of_second(std::int64_t first);
  Result<void> choose_number(Row& row);
  Result<void> add_postings(const Row& row, const Row& was);

  Database* database_;
  std::shared_ptr<const LedgerKey> key_;
  Postings postings_;
  RecipientColumns recipients_;
  // Where messages are still packed, as of that version of the database.
  std::optional<PackedRows> packed_;
  bool has_columns_ = true;
  std::optional<std::int64_t> form_version_;
  LazyStatement read_, next_, of_print_, without_id_, last_of_second_, insert_, update_, remove_;
};

}  // namespace unsent
