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

}  // namespace unsent
