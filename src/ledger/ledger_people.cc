// SPDX-License-Identifier: MIT
// What a ledger tells people: how much there is, and all of it.
#include <algorithm>

#include "ledger/gaps.h"
#include "ledger/ledger_reader.h"
#include "ledger/measured.h"
#include "ledger/recorder.h"
#include "ledger/row_walk.h"

namespace unsent {
namespace {

Result<std::vector<NameCount>> names_by(Statement& statement) {
  std::vector<NameCount> names;
  for (;;) {
    const auto row = statement.step();
    if (!row) return row.failure();
    if (!*row) return names;
    names.push_back({std::string(statement.text(0)), statement.integer(1)});
  }
}

Result<std::vector<NameCount>> names_by(Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.failure();
  return names_by(*statement);
}

}  // namespace

Result<std::vector<NameCount>> LedgerReader::names(NameKind kind, std::int64_t most) {
  const auto query = names_.in(database());
  if (!query) return query.failure();
  (*query)->bind(1, static_cast<std::int64_t>(kind)).bind(2, most);
  auto sealed = names_by(**query);
  if (!sealed) return sealed;
  for (NameCount& name : *sealed) name.name = key().unseal(name.name);
  return sealed;
}

Result<LedgerStats> LedgerReader::stats() {
  LedgerStats stats;
  const auto totals = names_by(database(), "SELECT name, value FROM totals");
  if (!totals) return totals.failure();
  for (const NameCount& total : *totals) {
    if (total.name == "messages") stats.messages = total.count;
    if (total.name == "ids") stats.message_ids = total.count;
    if (total.name == "recipients") stats.recipients = total.count;
    if (total.name == "earliest") stats.earliest = Time(seconds(total.count));
    if (total.name == "latest") stats.latest = Time(seconds(total.count));
  }
  auto sources =
      names_by(database(), "SELECT name, messages FROM sources ORDER BY messages DESC, name");
  if (!sources) return sources.failure();
  stats.sources = std::move(*sources);
  auto ranges = promises();
  if (!ranges) return ranges.failure();
  stats.coverage = std::move(*ranges);
  auto gaps = read_gaps(database());
  if (!gaps) return gaps.failure();
  stats.gaps = std::move(*gaps);
  const auto measured = read_measured(database());
  if (!measured) return measured.failure();
  stats.measured = *measured;
  constexpr std::int64_t kMostNames = 1000;
  auto senders = names(NameKind::sender, kMostNames);
  if (!senders) return senders.failure();
  stats.senders = std::move(*senders);
  return stats;
}

Result<std::vector<Entry>> LedgerReader::find_entries(std::string_view message_id) {
  std::vector<Entry> entries;
  const auto found = find(ByMessageId{std::string(message_id)});
  if (!found.is_available()) return fail(ErrorCode::temp_fail, found.unavailable);
  for (const SentMessage& sent : found.value) {
    auto text = read_text(database(), text_, sent.row);
    if (!text) return text.failure();
    if (*text) entries.push_back(std::move(**text));
  }
  return entries;
}

// A page may have lost some and still look sound.
Result<void> LedgerReader::check_given(std::int64_t given, std::int64_t version) {
  const auto messages = database().integer("SELECT value FROM totals WHERE name = 'messages'");
  if (!messages) return messages.failure();
  const auto now = database().data_version();
  if (!now) return now.failure();
  if (*messages == given || *now != version) return {};
  return damaged(database(), std::to_string(*messages) + " messages are counted, and " +
                                 std::to_string(given) + " could be read");
}

Result<void> LedgerReader::for_each_row(
    const std::function<Result<void>(const Row& row, const std::optional<Entry>& text)>& visit) {
  const auto version = database().data_version();
  if (!version) return version.failure();
  RowWalk walk(rows_);
  for (std::int64_t given = 0;; ++given) {
    const auto row = walk.next();
    if (!row) return row.failure();
    if (!*row) {
      auto finished = walk.finish();
      return finished ? check_given(given, *version) : finished;
    }
    auto text = read_text(database(), text_, (*row)->number);
    if (!text) walk.note_damage(text.error());
    if (auto visited = visit(**row, text ? *text : std::optional<Entry>()); !visited)
      return visited;
  }
}

Result<void> LedgerReader::for_each(const std::function<Result<void>(const Entry&)>& visit) {
  return for_each_row([&](const Row& row, const std::optional<Entry>& text) {
    if (!text) return visit(sealed_entry(row, key()));
    Entry entry = *text;
    std::sort(entry.recipients.begin(), entry.recipients.end());
    return visit(entry);
  });
}

}  // namespace unsent
