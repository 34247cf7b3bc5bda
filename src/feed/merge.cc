// SPDX-License-Identifier: MIT
#include "feed/merge.h"

#include <unistd.h>

#include <memory>

#include "feed/import.h"
#include "ledger/ledger_writer.h"
#include "ledger/upkeep.h"
#include "setup/setup.h"

namespace unsent {
namespace {

// What is whole of another ledger; then the damage, if there is some.
Result<std::optional<Error>> take_in(LedgerReader& other, Import& import) {
  bool has_failed = false;
  const auto done = other.for_each([&](const Entry& entry) {
    auto added = import.add(entry, "merge", [] { return std::string("a row"); });
    if (added) added = import.end_of_piece();
    has_failed = !added;
    return added;
  });
  if (done) return std::optional<Error>();
  if (has_failed || done.error().code != ErrorCode::config) return done.failure();
  return std::optional(done.error());
}

}  // namespace

Result<Merged> merge_ledgers(const std::string& path, const std::vector<std::string>& others,
                             Texts texts) {
  std::vector<std::unique_ptr<LedgerReader>> readers;
  for (const std::string& other : others) {
    auto reader = LedgerReader::open(other);
    if (!reader) return reader.failure();
    readers.push_back(std::move(*reader));
  }
  if (::access(path.c_str(), F_OK) == 0)
    if (auto sound = check_pages(path); !sound) return sound.failure();
  auto ledger = LedgerWriter::open(path, texts);
  if (!ledger) return ledger.failure();
  Import import(**ledger, current_time());
  import.make_undoable(others);
  std::optional<Error> damage;
  for (const auto& other : readers) {
    auto taken = take_in(*other, import);
    if (!taken) return taken.failure();
    if (*taken) damage = std::move(*taken);
  }
  if (const auto committed = import.commit(); !committed) return committed.failure();
  auto transaction = (*ledger)->begin();
  if (!transaction) return transaction.failure();
  for (const auto& other : readers)
    if (const auto taken = (*ledger)->take_over_names(*other); !taken) {
      if (!damage) return taken.failure();
    }
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  return Merged{import.counts(), std::move(damage)};
}

}  // namespace unsent
