// SPDX-License-Identifier: MIT
#include "ledger/ledger_writer.h"

#include "ledger/gaps.h"

namespace unsent {

LedgerWriter::LedgerWriter(LedgerFile file, Texts texts)
    : LedgerReader(std::move(file), Notes::not_written), recorder_(rows(), texts) {
  keeps_promises_ = false;
}

Result<std::unique_ptr<LedgerWriter>> LedgerWriter::open(const std::string& path, Texts texts) {
  auto file = open_ledger_to_write(path, texts);
  if (!file) return file.failure();
  return std::unique_ptr<LedgerWriter>(new LedgerWriter(std::move(*file), texts));
}

Result<Transaction> LedgerWriter::begin() {
  if (auto settled = rows().postings().settle(); !settled) return settled.failure();
  Counts* counts = &recorder_.counts();
  return Transaction::begin(database(),
                            {[counts] { return counts->flush(); }, [counts] { counts->forget(); }});
}

Result<bool> LedgerWriter::record(const Entry& entry, const std::string& source, Time now) {
  if (!entry.is_usable())
    return fail(ErrorCode::data, "neither a Message-ID nor From and Date: nothing to match");
  if (!database().is_in_transaction()) {
    auto transaction = begin();
    if (!transaction) return transaction.failure();
    auto recorded = record(entry, source, now);
    if (!recorded) return recorded;
    const auto committed = transaction->commit();
    if (!committed) return committed.failure();
    return recorded;
  }
  const auto recorded = recorder_.record(entry, source, now);
  if (!recorded) return recorded.failure();
  now_ = now;
  return *recorded == Recorded::fresh;
}

Result<Time> LedgerWriter::declare_complete(const std::string& scope, std::optional<Time> since,
                                            std::optional<Time> until) {
  auto name = parse_scope(scope);
  if (!name) return name.failure();
  if (!since) {
    const auto earliest = earliest_of(*name);
    if (!earliest) return earliest.failure();
    if (!*earliest)
      return fail(ErrorCode::data, "no message of " + *name + " is in the ledger",
                  "say since when it is complete with --since");
    since = *earliest;
  }
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  const auto declared = recorder_.declare({*name, *since, until, "declared"});
  if (!declared) return declared.failure();
  const auto committed = transaction->commit();
  if (!committed) return committed.failure();
  return *since;
}

Result<std::int64_t> LedgerWriter::withdraw(const std::string& scope) {
  const auto name = parse_scope(scope);
  if (!name) return name.failure();
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  auto drop = database().prepare("DELETE FROM coverage WHERE scope = ?1");
  if (!drop) return drop.failure();
  if (const auto dropped = drop->bind(1, *name).run(); !dropped) return dropped.failure();
  const std::int64_t count = database().changed_rows();
  if (const auto committed = transaction->commit(); !committed) return committed.failure();
  return count;
}

Result<void> LedgerWriter::within_transaction(const std::function<Result<void>()>& change) {
  if (database().is_in_transaction()) return change();
  auto transaction = begin();
  if (!transaction) return transaction.failure();
  if (auto changed = change(); !changed) return changed;
  return transaction->commit();
}

Result<void> LedgerWriter::record_gap(const CoverageGap& gap) {
  if (gap.until < gap.since)
    return fail(ErrorCode::data, gap.source + ": a gap that ends before it begins");
  return within_transaction([&] { return add_gap(database(), gap); });
}

Result<void> LedgerWriter::fill_gap(const CoverageGap& read) {
  return within_transaction([&] { return cut_from_gaps(database(), read); });
}

Result<void> LedgerWriter::save_feed(const Feed& feed) {
  return write_feed(database(), key(), feed);
}

Result<void> LedgerWriter::take_over_names(LedgerReader& other) {
  for (const NameKind kind : {NameKind::sender, NameKind::id_host}) {
    const auto names = other.names(kind, INT64_MAX);
    if (!names) return names.failure();
    for (const NameCount& name : *names) {
      const Time last = now_.value_or(Time{});
      auto taken = recorder_.counts().take_over(kind, name.name, name.count, last);
      if (!taken) return taken;
    }
  }
  return {};
}

}  // namespace unsent
