// SPDX-License-Identifier: MIT
// A row as the columns of `messages` and `recipients`: schema/0006-columns.sql.
#pragma once

#include <string>

#include "base/result.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

// The row that a statement stands at, of all columns; without its recipients. What no program
// of ours wrote is damage.
Result<Row> row_in(const Statement& statement, const Database& database);
// As ?1 to ?10.
void bind_row(Statement& statement, const Row& row);

// NULL where there is no hash.
void bind_if_any(Statement& statement, int index, const std::string& hash);

class RecipientColumns {
 public:
  RecipientColumns();
  Result<void> read(Database& database, Row& row);
  Result<void> write(Database& database, const Row& row);
  Result<void> remove(Database& database, std::int64_t number);

 private:
  LazyStatement read_, write_, remove_;
};

}  // namespace unsent
