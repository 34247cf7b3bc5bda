// SPDX-License-Identifier: MIT
#include "ledger/measured.h"

namespace unsent {

Result<Measured> read_measured(Database& database) {
  auto query = database.prepare("SELECT count(*), coalesce(sum(is_recorded), 0) FROM measured");
  if (!query) return query.failure();
  const auto row = query->step();
  if (!row) return row.failure();
  return Measured{query->integer(0), query->integer(1)};
}

Result<std::int64_t> forget_measured(const std::string& path) {
  auto database = Database::open(path, Database::Access::write);
  if (!database) return database.failure();
  if (auto done = database->execute("DELETE FROM measured"); !done) return done.failure();
  return database->changed_rows();
}

}  // namespace unsent
