// SPDX-License-Identifier: MIT
#include "ledger/old_rows.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace unsent {
namespace {

std::optional<Time> time_of(const Statement& row, int column) {
  const auto value = row.optional_integer(column);
  return value ? std::optional<Time>(Time(seconds(*value))) : std::nullopt;
}

Entry entry_of(const Statement& columns) {
  Entry entry;
  for (const std::string_view id : split(columns.text(1), ' '))
    if (!id.empty()) entry.message_ids.emplace_back(id);
  entry.from = columns.text(columns.text(8).empty() ? 2 : 8);
  entry.date = columns.text(9);
  entry.subject = columns.text(4);
  if (const auto date = time_of(columns, 3))
    entry.fingerprint =
        Fingerprint{lower(columns.text(2)), *date, comparable_subject(entry.subject)};
  entry.reverse_path = columns.text(5);
  entry.sent_at = time_of(columns, 6);
  entry.has_all_recipients = columns.integer(7) != 0;
  return entry;
}

Result<void> add_texts(Statement& query, std::int64_t message,
                       const std::function<void(std::string_view)>& add) {
  query.bind(1, message);
  for (;;) {
    const auto row = query.step();
    if (!row) return row.failure();
    if (!*row) return {};
    add(query.text(0));
  }
}

}  // namespace

Result<void> for_each_old_row(
    Database& database,
    const std::function<Result<void>(const Entry& entry, const std::string& source)>& visit) {
  auto messages = database.prepare(
      "SELECT m.id, m.message_ids, s.address, m.date, m.subject, r.address, m.sent_at, "
      "m.has_all_recipients, m.written_from, m.written_date, o.name FROM old_messages m LEFT JOIN "
      "old_addresses s ON s.id = m.sender LEFT JOIN old_addresses r ON r.id = m.reverse_path "
      "LEFT JOIN old_sources o ON o.id = m.source ORDER BY m.id");
  if (!messages) return messages.failure();
  auto recipients = database.prepare(
      "SELECT a.address FROM old_recipients r JOIN old_addresses a ON a.id = r.address "
      "WHERE r.message = ?1 ORDER BY r.address");
  if (!recipients) return recipients.failure();
  auto notices =
      database.prepare("SELECT notice FROM old_notices WHERE message = ?1 ORDER BY notice");
  if (!notices) return notices.failure();
  for (;;) {
    const auto row = messages->step();
    if (!row) return row.failure();
    if (!*row) return {};
    Entry entry = entry_of(*messages);
    const std::int64_t number = messages->integer(0);
    auto read = add_texts(*recipients, number, [&](std::string_view text) {
      if (const auto address = Address::parse(text)) entry.recipients.push_back(*address);
    });
    if (!read) return read;
    read = add_texts(*notices, number,
                     [&](std::string_view text) { entry.notices.emplace_back(text); });
    if (!read) return read;
    if (!entry.is_usable()) continue;
    if (auto visited = visit(entry, std::string(messages->text(10))); !visited) return visited;
  }
}

}  // namespace unsent
