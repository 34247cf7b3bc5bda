// SPDX-License-Identifier: MIT
// Writes entries as rows, within a transaction that its owner holds, and keeps the
// counts that belong to them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

class RowWriter {
 public:
  // database must outlive it.
  static Result<RowWriter> prepare(Database& database);

  // now decides which times are in the future.
  Result<void> insert(const Entry& entry, const std::string& source, Time now);
  // row is what is stored, merged what it shall be: ids and recipients are only added.
  Result<void> update(const Row& row, const Entry& merged, Time now);
  Result<void> remove(const Row& row);
  // Writes the counts: to be called before each commit.
  Result<void> flush();
  // After a rollback: what was remembered of the tables may not be there.
  void forget();

 private:
  enum NameKind : std::int64_t { kSender = 1, kIdHost = 2 };

  Result<std::optional<std::int64_t>> address_id(const std::string& address);
  Result<std::int64_t> source_id(const std::string& source);
  Result<void> bind_message(Statement& statement, const Entry& entry);
  Result<void> add_parts(std::int64_t message, const Entry& entry);
  void count(const Entry& entry, std::int64_t by);
  void widen(const std::optional<Time>& at, Time now);
  Result<void> flush_names();
  Result<void> add_total(std::string_view name, std::int64_t value, std::string_view how);

  Database* database_ = nullptr;
  Statement insert_, update_, add_id_, add_notice_, remove_notices_, add_recipient_, find_address_,
      add_address_;
  Statement remove_message_, remove_bounces_, remove_ids_, remove_recipients_, count_name_,
      add_name_;
  std::unordered_map<std::string, std::int64_t> addresses_;  // lower case; bounded
  std::map<std::string, std::int64_t> sources_;
  // Since the last flush.
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> names_;
  std::int64_t messages_ = 0;
  std::int64_t ids_ = 0;
  std::int64_t recipients_ = 0;
  std::map<std::int64_t, std::int64_t> messages_of_source_;
  std::optional<Time> earliest_;
  std::optional<Time> latest_;
};

}  // namespace unsent
