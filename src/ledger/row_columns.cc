// SPDX-License-Identifier: MIT
#include "ledger/row_columns.h"

#include <numeric>
#include <string>

namespace unsent {
namespace {

// What a mail or a log may tell of the way from the Date to the hand-over.
constexpr std::int64_t kFarthest = std::int64_t{1} << 36U;

std::string joined(const std::vector<std::string>& hashes) {
  return std::accumulate(hashes.begin(), hashes.end(), std::string());
}

// False if it is no list of hashes.
bool take_hashes(std::string_view bytes, std::vector<std::string>& hashes) {
  for (std::size_t at = 0; at < bytes.size(); at += LedgerKey::kHash)
    hashes.emplace_back(bytes.substr(at, LedgerKey::kHash));
  return bytes.size() % LedgerKey::kHash == 0;
}

bool take_short_hash(std::string_view bytes, std::string& hash) {
  hash = bytes;
  return bytes.empty() || bytes.size() == LedgerKey::kShortHash;
}

}  // namespace

Result<Row> row_in(const Statement& statement, const Database& database) {
  Row row;
  row.number = statement.integer(0);
  const std::int64_t after = statement.integer(5);
  bool is_whole = take_hashes(statement.text(1), row.ids);
  is_whole = take_short_hash(statement.text(2), row.from) && is_whole;
  is_whole = take_short_hash(statement.text(3), row.subject) && is_whole;
  is_whole = take_short_hash(statement.text(6), row.reverse_path) && is_whole;
  is_whole = take_hashes(statement.text(8), row.notices) && is_whole;
  if (!is_whole || after < -kFarthest || after > kFarthest)
    return damaged(database, "message " + std::to_string(row.number));
  const Time at = time_of_number(row.number);
  if (statement.integer(4) == 0)
    row.sent_at = at;
  else
    row.date = at;
  if (row.date && !statement.is_null(5)) row.sent_at = at + seconds(after);
  if (row.reverse_path.empty() && !statement.is_null(6)) row.reverse_path = row.from;
  row.has_all_recipients = statement.integer(7) != 0;
  row.source = statement.integer(9);
  return row;
}

void bind_if_any(Statement& statement, int index, const std::string& hash) {
  if (hash.empty())
    statement.bind_null(index);
  else
    statement.bind_blob(index, hash);
}

void bind_row(Statement& statement, const Row& row) {
  statement.bind(1, row.number).bind_blob(2, joined(row.ids));
  bind_if_any(statement, 3, row.from);
  bind_if_any(statement, 4, row.subject);
  statement.bind(5, std::int64_t{row.date ? 1 : 0}).bind_null(6);
  if (row.date && row.sent_at) statement.bind(6, (*row.sent_at - *row.date).count());
  bind_if_any(statement, 7, row.reverse_path);
  if (!row.from.empty() && row.reverse_path == row.from) statement.bind_blob(7, {});
  statement.bind(8, std::int64_t{row.has_all_recipients ? 1 : 0});
  bind_if_any(statement, 9, joined(row.notices));
  statement.bind(10, row.source);
}

RecipientColumns::RecipientColumns()
    : read_("SELECT address, organisation FROM recipients WHERE message = ?1 ORDER BY address"),
      write_("INSERT OR IGNORE INTO recipients VALUES (?1, ?2, ?3)"),
      remove_("DELETE FROM recipients WHERE message = ?1") {}

// In a damaged tree of pages a walk may come to the same page again, and so have no end.
Result<void> RecipientColumns::read(Database& database, Row& row) {
  const auto statement = read_.in(database);
  if (!statement) return statement.failure();
  (*statement)->bind(1, row.number);
  for (;;) {
    const auto more = (*statement)->step();
    if (!more) return more.failure();
    if (!*more) return {};
    SentRecipient one{std::string((*statement)->text(0)), std::string((*statement)->text(1))};
    const bool is_in_order = row.recipients.empty() || row.recipients.back().address < one.address;
    if (!is_in_order || one.address.size() != LedgerKey::kHash ||
        one.organisation.size() != LedgerKey::kShortHash) {
      (*statement)->reset();
      return damaged(database, "recipients of message " + std::to_string(row.number));
    }
    row.recipients.push_back(std::move(one));
  }
}

Result<void> RecipientColumns::write(Database& database, const Row& row) {
  const auto statement = write_.in(database);
  if (!statement) return statement.failure();
  for (const SentRecipient& one : row.recipients) {
    (*statement)->bind(1, row.number).bind_blob(2, one.address).bind_blob(3, one.organisation);
    if (auto written = (*statement)->run(); !written) return written;
  }
  return {};
}

Result<void> RecipientColumns::remove(Database& database, std::int64_t number) {
  const auto statement = remove_.in(database);
  if (!statement) return statement.failure();
  return (*statement)->bind(1, number).run();
}

}  // namespace unsent
