// SPDX-License-Identifier: MIT
// Entries as rows of the ledger's tables: what reading and writing share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/entry.h"
#include "ledger/sqlite.h"

namespace unsent {

// The key under which an id is indexed. On disk: must never change.
std::int64_t hash_of_id(std::string_view normal_id);

struct Row {
  std::int64_t id = 0;
  Entry entry;
};

// Prepared once, used for many messages.
class RowReader {
 public:
  static Result<RowReader> prepare(Database& database);

  // nullopt if there is no such message.
  Result<std::optional<Row>> read(std::int64_t message);
  // Messages that have that id, or a cut form of it; at most limit.
  Result<std::vector<Row>> find_id(const std::string& id, std::size_t limit);
  Result<std::vector<Row>> find_fingerprint(const Fingerprint& print, std::size_t limit);
  // Messages about which that is a notice; at most limit.
  Result<std::vector<Row>> find_notice(const std::string& notice, std::size_t limit);
  // The message behind that one, by number: a walk through all.
  Result<std::optional<Row>> next(std::int64_t after);

 private:
  Result<std::optional<Row>> read_with(Statement& statement);
  template <typename Keep>
  Result<std::vector<Row>> rows_of(Statement& query, std::size_t limit, Keep keep);

  Statement read_, next_, recipients_, notices_, by_id_, by_notice_, by_fingerprint_;
};

}  // namespace unsent
