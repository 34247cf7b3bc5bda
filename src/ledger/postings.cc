// SPDX-License-Identifier: MIT
#include "ledger/postings.h"

#include <unistd.h>

#include <algorithm>
#include <limits>

namespace unsent {
namespace {

constexpr std::uint64_t kSlices = 64;
// Some to each page of the slice, up to tens of millions of messages.
constexpr std::int64_t kSliceIsDue = 8192;
constexpr std::int64_t kPiece = 50000;  // entries looked through in one transaction
constexpr std::uint64_t kLastOfSlice = ~std::uint64_t{0} / kSlices;

std::int64_t first_of(std::uint64_t slice) {
  return static_cast<std::int64_t>(slice * (kLastOfSlice + 1));
}

std::int64_t last_of(std::uint64_t slice) {
  return first_of(slice) + static_cast<std::int64_t>(kLastOfSlice);
}

}  // namespace

Postings::Postings(Database& database)
    : database_(&database),
      find_(
          "SELECT message FROM fresh_postings WHERE hash = ?1 UNION ALL "
          "SELECT message FROM postings WHERE hash = ?1 LIMIT ?2"),
      add_("INSERT OR IGNORE INTO fresh_postings VALUES (?1, ?2)"),
      is_due_("SELECT 1 FROM fresh_postings WHERE hash BETWEEN ?1 AND ?2 LIMIT 1 OFFSET ?3"),
      move_(
          "INSERT OR IGNORE INTO postings SELECT * FROM fresh_postings "
          "WHERE hash BETWEEN ?1 AND ?2 ORDER BY hash, message"),
      moved_("DELETE FROM fresh_postings WHERE hash BETWEEN ?1 AND ?2"),
      slice_(static_cast<std::uint64_t>(::getpid()) % kSlices) {}

Result<std::vector<std::int64_t>> Postings::find(std::uint64_t hash) {
  const auto query = find_.in(*database_);
  if (!query) return query.failure();
  (*query)->bind(1, static_cast<std::int64_t>(hash)).bind(2, kMostOfOneHash);
  std::vector<std::int64_t> messages;
  for (;;) {
    const auto row = (*query)->step();
    if (!row) return row.failure();
    if (!*row) break;
    messages.push_back((*query)->integer(0));
  }
  std::sort(messages.begin(), messages.end());
  messages.erase(std::unique(messages.begin(), messages.end()), messages.end());
  return messages;
}

Result<void> Postings::add(std::uint64_t hash, std::int64_t message) {
  const auto add = add_.in(*database_);
  if (!add) return add.failure();
  return (*add)->bind(1, static_cast<std::int64_t>(hash)).bind(2, message).run();
}

Result<bool> Postings::is_due() {
  const auto query = is_due_.in(*database_);
  if (!query) return query.failure();
  (*query)->bind(1, first_of(slice_)).bind(2, last_of(slice_));
  const auto one = (*query)->bind(3, kSliceIsDue - 1).number();
  if (!one) return one.failure();
  return *one == 1;
}

Result<void> Postings::move_slice() {
  auto transaction = Transaction::begin(*database_);
  if (!transaction) return transaction.failure();
  for (LazyStatement* lazy : {&move_, &moved_}) {
    const auto statement = lazy->in(*database_);
    if (!statement) return statement.failure();
    (*statement)->bind(1, first_of(slice_)).bind(2, last_of(slice_));
    if (auto done = (*statement)->run(); !done) return done;
  }
  return transaction->commit();
}

// In turn: two for each batch of an import, which brings about as many slices' worth.
Result<void> Postings::settle() {
  constexpr int kLookedAt = 2;
  for (int looked = 0; looked < kLookedAt; ++looked) {
    const auto due = is_due();
    if (!due) return due.failure();
    if (*due)
      if (auto moved = move_slice(); !moved) return moved;
    slice_ = (slice_ + 1) % kSlices;
  }
  return {};
}

Result<void> Postings::drop_gone(std::int64_t end) {
  for (const char* table : {"postings", "fresh_postings"})
    if (auto dropped = drop_gone_of(table, end); !dropped) return dropped;
  return {};
}

Result<void> Postings::drop_gone_of(const std::string& table, std::int64_t end) {
  auto piece = database_->prepare("SELECT hash FROM " + table +
                                  " WHERE hash > ?1 ORDER BY hash LIMIT 1 OFFSET ?2");
  if (!piece) return piece.failure();
  auto drop = database_->prepare("DELETE FROM " + table +
                                 " WHERE hash BETWEEN ?1 AND ?2 AND message < ?3 AND NOT EXISTS "
                                 "(SELECT 1 FROM messages WHERE id = message)");
  if (!drop) return drop.failure();
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t from = std::numeric_limits<std::int64_t>::min();;) {
    auto transaction = Transaction::begin(*database_);
    if (!transaction) return transaction.failure();
    const auto more = piece->bind(1, from).bind(2, kPiece).step();
    if (!more) return more.failure();
    const std::int64_t to = *more ? piece->integer(0) : kLast;
    piece->reset();
    if (to <= from) return damaged(*database_, "the index is out of order");
    drop->bind(1, from).bind(2, to).bind(3, end);
    if (auto dropped = drop->run(); !dropped) return dropped;
    if (auto committed = transaction->commit(); !committed) return committed;
    if (to == kLast) return {};
    from = to;
  }
}

}  // namespace unsent
