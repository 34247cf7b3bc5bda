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

#include "ledger/near_rows.h"
#include "ledger/postings.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

// All within transactions of the caller's.
class RowStore {
 public:
  // database must outlive it.
  RowStore(Database& database, std::shared_ptr<const LedgerKey> key);

  const LedgerKey& key() const { return *key_; }
  std::shared_ptr<const LedgerKey> shared_key() const { return key_; }
  Database& database() { return *database_; }
  Postings& postings() { return postings_; }

  // nullopt if there is no such message.
  Result<std::optional<Row>> read(std::int64_t number);
  // The message behind that one, by number: a walk through all, by time.
  Result<std::optional<Row>> next(std::int64_t after);
  // Those that are numbered within that second; at most limit.
  Result<std::vector<Row>> of_second(Time time, std::size_t limit);
  // The same for a writer, often from memory: see NearRows.
  Result<std::vector<const Row*>> near(Time time) { return near_.of_second(*database_, time); }
  // By the hash of an id, or of a notice; at most limit. The second: see is_known_by.
  Result<std::vector<Row>> find_id(const std::string& id, std::size_t limit);
  Result<std::vector<Row>> find_known_by(const std::string& id, std::size_t limit,
                                         Postings::Wanted wanted);
  Result<std::vector<Row>> find_notice(const std::string& notice, std::size_t limit);
  // What a sender (short hash) wrote to a recipient on a day since 1970; some hundreds at most.
  Result<std::vector<Row>> find_correspondence(const std::string& sender,
                                               const std::string& recipient, std::int64_t day);

  // Gives the row its number.
  Result<void> insert(Row& row);
  // was is what is stored. The number changes with the time that it tells.
  Result<void> update(const Row& was, Row& row);
  // What finds it is left: it finds nothing.
  Result<void> remove(std::int64_t number);
  // To be called before each commit, and after a rollback.
  Result<void> flush();
  void forget();

 private:
  Result<std::optional<Row>> read_one(LazyStatement& statement, std::int64_t number);
  Result<std::vector<Row>> rows_under(std::uint64_t hash, std::size_t limit,
                                      Postings::Wanted wanted,
                                      const std::function<bool(const Row&)>& keep);
  Result<void> write(LazyStatement& statement, const Row& row);
  Result<void> choose_number(Row& row);
  void add_postings(const Row& row, const Row& was);

  Database* database_;
  std::shared_ptr<const LedgerKey> key_;
  Postings postings_;
  NearRows near_;
  LazyStatement read_, next_, of_second_, last_of_second_, insert_, update_, remove_;
};

}  // namespace unsent
