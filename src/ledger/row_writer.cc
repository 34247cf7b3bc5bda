// SPDX-License-Identifier: MIT
#include "ledger/row_writer.h"

#include <algorithm>

#include "base/text.h"
#include "ledger/coverage.h"
#include "ledger/memory_ledger.h"

namespace unsent {
namespace {

constexpr std::size_t kMostCachedAddresses = 100000;
// Of each kind: one-time names (VERP envelope senders) must not fill the table.
constexpr std::int64_t kMostNames = 10000;

std::optional<std::int64_t> count_of(const std::optional<Time>& time) {
  if (!time) return std::nullopt;
  return time->time_since_epoch().count();
}

std::string joined(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
  return text;
}

}  // namespace

Result<RowWriter> RowWriter::prepare(Database& database) {
  RowWriter writer;
  writer.database_ = &database;
  const std::pair<Statement*, std::string_view> all[] = {
      {&writer.insert_,
       "INSERT INTO messages (message_ids, sender, date, subject, reverse_path, sent_at, "
       "has_all_recipients, written_from, written_date, source) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
      {&writer.update_,
       "UPDATE messages SET message_ids = ?1, sender = ?2, date = ?3, subject = ?4, "
       "reverse_path = ?5, sent_at = ?6, has_all_recipients = ?7, written_from = ?8, "
       "written_date = ?9 WHERE id = ?10"},
      {&writer.add_id_, "INSERT OR IGNORE INTO ids VALUES (?1, ?2)"},
      {&writer.add_notice_, "INSERT OR IGNORE INTO notices VALUES (?1, ?2)"},
      {&writer.remove_notices_, "DELETE FROM notices WHERE message = ?1"},
      {&writer.remove_bounces_, "DELETE FROM bounces WHERE message = ?1"},
      {&writer.add_recipient_, "INSERT OR IGNORE INTO recipients VALUES (?1, ?2)"},
      {&writer.find_address_, "SELECT id FROM addresses WHERE address = ?1"},
      {&writer.add_address_, "INSERT INTO addresses (address) VALUES (?1)"},
      {&writer.remove_message_, "DELETE FROM messages WHERE id = ?1"},
      {&writer.remove_ids_, "DELETE FROM ids WHERE hash = ?1 AND message = ?2"},
      {&writer.remove_recipients_, "DELETE FROM recipients WHERE message = ?1"},
      {&writer.count_name_, "UPDATE names SET count = count + ?1 WHERE kind = ?2 AND name = ?3"},
      {&writer.add_name_, "INSERT INTO names VALUES (?2, ?3, ?1)"},
  };
  for (const auto& [statement, sql] : all) {
    auto prepared = database.prepare(sql);
    if (!prepared) return prepared.failure();
    *statement = std::move(*prepared);
  }
  return writer;
}

void RowWriter::forget() {
  addresses_.clear();
  sources_.clear();
  names_.clear();
  messages_of_source_.clear();
  messages_ = ids_ = recipients_ = 0;
  earliest_.reset();
  latest_.reset();
}

// nullopt for "", which is no address.
Result<std::optional<std::int64_t>> RowWriter::address_id(const std::string& address) {
  if (address.empty()) return std::optional<std::int64_t>();
  const std::string key = lower(address);
  if (const auto known = addresses_.find(key); known != addresses_.end())
    return std::optional<std::int64_t>(known->second);
  const auto found = find_address_.bind(1, address).step();
  if (!found) return found.failure();
  std::int64_t id = *found ? find_address_.integer(0) : 0;
  find_address_.reset();
  if (!*found) {
    const auto added = add_address_.bind(1, address).run();
    if (!added) return added.failure();
    id = database_->last_insert_id();
  }
  if (addresses_.size() >= kMostCachedAddresses) addresses_.clear();
  addresses_.emplace(key, id);
  return std::optional<std::int64_t>(id);
}

Result<std::int64_t> RowWriter::source_id(const std::string& source) {
  if (const auto known = sources_.find(source); known != sources_.end()) return known->second;
  auto add = database_->prepare("INSERT OR IGNORE INTO sources (name, messages) VALUES (?1, 0)");
  if (!add) return add.failure();
  const auto added = add->bind(1, source).run();
  if (!added) return added.failure();
  auto find = database_->prepare("SELECT id FROM sources WHERE name = ?1");
  if (!find) return find.failure();
  const auto found = find->bind(1, source).step();
  if (!found) return found.failure();
  return sources_[source] = find->integer(0);
}

// ?1 to ?9 of insert_ and update_.
Result<void> RowWriter::bind_message(Statement& statement, const Entry& entry) {
  const std::string from = entry.sender();
  const auto sender = address_id(from);
  if (!sender) return sender.failure();
  const auto reverse_path = address_id(entry.reverse_path);
  if (!reverse_path) return reverse_path.failure();
  std::optional<std::int64_t> date;
  if (entry.fingerprint) date = entry.fingerprint->date.time_since_epoch().count();
  statement.bind(1, joined(entry.message_ids)).bind(2, *sender).bind(3, date);
  statement.bind(4, entry.subject).bind(5, *reverse_path).bind(6, count_of(entry.sent_at));
  statement.bind(7, std::int64_t{entry.has_all_recipients ? 1 : 0});
  statement.bind(8, entry.from == from ? std::string_view() : entry.from).bind(9, entry.date);
  return {};
}

Result<void> RowWriter::add_parts(std::int64_t message, const Entry& entry) {
  for (const std::string& id : entry.message_ids) {
    auto added = add_id_.bind(1, hash_of_id(id)).bind(2, message).run();
    if (!added) return added;
  }
  for (const std::string& notice : entry.notices) {
    auto added = add_notice_.bind(1, notice).bind(2, message).run();
    if (!added) return added;
  }
  for (const Address& recipient : entry.recipients) {
    const auto address = address_id(recipient.text());
    if (!address) return address.failure();
    auto added = add_recipient_.bind(1, message).bind(2, *address).run();
    if (!added) return added;
    recipients_ += database_->changed_rows();
  }
  return {};
}

Result<void> RowWriter::insert(const Entry& entry, const std::string& source_name, Time now) {
  const auto source = source_id(source_name);
  if (!source) return source.failure();
  auto bound = bind_message(insert_, entry);
  if (!bound) return bound;
  auto inserted = insert_.bind(10, *source).run();
  if (!inserted) return inserted;
  count(entry, 1);
  widen(entry.time(), now);
  ++messages_of_source_[*source];
  return add_parts(database_->last_insert_id(), entry);
}

Result<void> RowWriter::update(const Row& row, const Entry& merged, Time now) {
  auto bound = bind_message(update_, merged);
  if (!bound) return bound;
  auto updated = update_.bind(10, row.id).run();
  if (!updated) return updated;
  count(row.entry, -1);
  count(merged, 1);
  widen(merged.time(), now);
  return add_parts(row.id, merged);
}

Result<void> RowWriter::remove(const Row& row) {
  for (const std::string& id : row.entry.message_ids) {
    auto removed = remove_ids_.bind(1, hash_of_id(id)).bind(2, row.id).run();
    if (!removed) return removed;
  }
  auto notices = remove_notices_.bind(1, row.id).run();
  if (!notices) return notices;
  auto bounces = remove_bounces_.bind(1, row.id).run();
  if (!bounces) return bounces;
  auto recipients = remove_recipients_.bind(1, row.id).run();
  if (!recipients) return recipients;
  recipients_ -= database_->changed_rows();
  count(row.entry, -1);
  return remove_message_.bind(1, row.id).run();
}

void RowWriter::count(const Entry& entry, std::int64_t by) {
  messages_ += by;
  ids_ += by * static_cast<std::int64_t>(entry.message_ids.size());
  for (std::string& sender : senders_of(entry)) names_[{kSender, std::move(sender)}] += by;
  for (const std::string& id : entry.message_ids)
    if (std::string host = host_of_id(id); !host.empty()) names_[{kIdHost, std::move(host)}] += by;
}

// earliest and latest; never narrowed again.
void RowWriter::widen(const std::optional<Time>& at, Time now) {
  if (!at || !is_plausible(*at, now)) return;
  earliest_ = std::min(*at, earliest_.value_or(*at));
  latest_ = std::max(*at, latest_.value_or(*at));
}

Result<void> RowWriter::add_total(std::string_view name, std::int64_t value, std::string_view how) {
  auto add = database_->prepare(
      "INSERT INTO totals VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET "
      "value = " +
      std::string(how));
  if (!add) return add.failure();
  return add->bind(1, name).bind(2, value).run();
}

Result<void> RowWriter::flush_names() {
  std::map<std::int64_t, std::int64_t> room;
  for (const std::int64_t kind : {kSender, kIdHost}) {
    const auto known =
        database_->integer("SELECT count(*) FROM names WHERE kind = " + std::to_string(kind));
    if (!known) return known.failure();
    room[kind] = kMostNames - *known;
  }
  for (const auto& [name, by] : names_) {
    if (by == 0) continue;
    auto counted = count_name_.bind(1, by).bind(2, name.first).bind(3, name.second).run();
    if (!counted) return counted;
    if (database_->changed_rows() > 0 || by < 0 || --room[name.first] < 0) continue;
    auto added = add_name_.bind(1, by).bind(2, name.first).bind(3, name.second).run();
    if (!added) return added;
  }
  return {};
}

Result<void> RowWriter::flush() {
  constexpr std::string_view kSum = "value + excluded.value";
  auto named = flush_names();
  if (!named) return named;
  for (const auto& [name, value] :
       {std::pair("messages", messages_), {"ids", ids_}, {"recipients", recipients_}}) {
    auto added = value != 0 ? add_total(name, value, kSum) : Result<void>();
    if (!added) return added;
  }
  if (earliest_) {
    auto first = add_total("earliest", *count_of(earliest_), "min(value, excluded.value)");
    if (!first) return first;
    auto last = add_total("latest", *count_of(latest_), "max(value, excluded.value)");
    if (!last) return last;
  }
  for (const auto& [source, count] : messages_of_source_) {
    auto counted =
        database_->execute("UPDATE sources SET messages = messages + " + std::to_string(count) +
                           " WHERE id = " + std::to_string(source));
    if (!counted) return counted;
  }
  names_.clear();
  messages_of_source_.clear();
  messages_ = ids_ = recipients_ = 0;
  earliest_.reset();
  latest_.reset();
  return {};
}

}  // namespace unsent
