// SPDX-License-Identifier: MIT
#include "ledger/counts.h"

#include <algorithm>

#include "evidence/organisation.h"
#include "ledger/coverage.h"
#include "ledger/memory_ledger.h"

namespace unsent {
namespace {

// Of each kind: one-time names (VERP envelope senders) must not fill the table.
constexpr std::int64_t kMostNames = 10000;

std::int64_t count_of(Time time) { return time.time_since_epoch().count(); }

}  // namespace

void Counts::add_name(NameKind kind, std::string name, Time at, Time now) {
  Use& use = names_[{kind, std::move(name)}];
  ++use.count;
  use.last = std::max(use.last, std::min(at, now));
}

void Counts::add_senders_of(const Entry& entry, Time now) {
  for (std::string& sender : senders_of(entry))
    add_name(NameKind::sender, std::move(sender), entry.time().value_or(now), now);
}

void Counts::add_hosts_of(const std::vector<std::string>& ids, const Entry& entry, Time now) {
  for (const std::string& id : ids)
    if (std::string host = host_of_id(id); !host.empty())
      add_name(NameKind::id_host, std::move(host), entry.time().value_or(now), now);
}

void Counts::add_row(const Row& row, std::int64_t by) {
  messages_ += by;
  ids_ += by * std::count_if(row.ids.begin(), row.ids.end(),
                             [](const std::string& id) { return !is_marked(id); });
  recipients_ += by * static_cast<std::int64_t>(row.recipients.size());
  if (row.is_bare()) bare_ += by;
}

void Counts::recount(const Row& row, std::size_t recipients_before) {
  recipients_ += static_cast<std::int64_t>(row.recipients.size());
  recipients_ -= static_cast<std::int64_t>(recipients_before);
  if (row.is_bare()) ++bare_;
}

Result<bool> Counts::has_bare() {
  if (!bare_before_) {
    const auto before = database_->integer("SELECT value FROM totals WHERE name = 'bare'");
    if (!before) return before.failure();
    bare_before_ = *before;
  }
  return *bare_before_ + bare_ > 0;
}

void Counts::widen(const std::optional<Time>& at, Time now) {
  if (!at || !is_plausible(*at, now)) return;
  earliest_ = std::min(*at, earliest_.value_or(*at));
  latest_ = std::max(*at, latest_.value_or(*at));
}

Result<std::int64_t> Counts::source_id(const std::string& source) {
  if (const auto known = sources_.find(source); known != sources_.end()) return known->second;
  auto add = database_->prepare("INSERT OR IGNORE INTO sources (name, messages) VALUES (?1, 0)");
  if (!add) return add.failure();
  if (const auto added = add->bind(1, source).run(); !added) return added.failure();
  auto find = database_->prepare("SELECT id FROM sources WHERE name = ?1");
  if (!find) return find.failure();
  if (const auto found = find->bind(1, source).step(); !found) return found.failure();
  return sources_[source] = find->integer(0);
}

Result<void> Counts::take_over(NameKind kind, const std::string& name, std::int64_t count,
                               Time last) {
  auto add = database_->prepare(
      "INSERT INTO names VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, name) DO UPDATE SET "
      "count = max(count, excluded.count), last = max(last, excluded.last)");
  if (!add) return add.failure();
  add->bind(1, static_cast<std::int64_t>(kind)).bind_blob(2, key_->seal(name));
  return add->bind(3, count).bind(4, count_of(last)).run();
}

Result<void> Counts::add_total(std::string_view name, std::int64_t value, std::string_view how) {
  auto add = database_->prepare(
      "INSERT INTO totals VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET "
      "value = " +
      std::string(how));
  if (!add) return add.failure();
  return add->bind(1, name).bind(2, value).run();
}

Result<void> Counts::flush_names() {
  if (names_.empty()) return {};
  std::map<NameKind, std::int64_t> room;
  for (const NameKind kind : {NameKind::sender, NameKind::id_host}) {
    const auto known = database_->integer("SELECT count(*) FROM names WHERE kind = " +
                                          std::to_string(static_cast<std::int64_t>(kind)));
    if (!known) return known.failure();
    room[kind] = kMostNames - *known;
  }
  auto update = database_->prepare(
      "UPDATE names SET count = count + ?3, last = max(last, ?4) WHERE kind = ?1 AND name = ?2");
  if (!update) return update.failure();
  auto add = database_->prepare("INSERT INTO names VALUES (?1, ?2, ?3, ?4)");
  if (!add) return add.failure();
  for (const auto& used : names_) {  // clang 14 captures no bindings
    const auto& name = used.first;
    const auto& use = used.second;
    const std::string sealed = key_->seal(name.second);
    const auto write = [&](Statement& statement) {
      statement.bind(1, static_cast<std::int64_t>(name.first)).bind_blob(2, sealed);
      return statement.bind(3, use.count).bind(4, count_of(use.last)).run();
    };
    if (auto counted = write(*update); !counted) return counted;
    if (database_->changed_rows() > 0 || --room[name.first] < 0) continue;
    if (auto added = write(*add); !added) return added;
  }
  return {};
}

Result<void> Counts::flush() {
  constexpr std::string_view kSum = "value + excluded.value";
  if (auto named = flush_names(); !named) return named;
  for (const auto& [name, value] : {std::pair("messages", messages_),
                                    {"ids", ids_},
                                    {"recipients", recipients_},
                                    {"bare", bare_}}) {
    auto added = value != 0 ? add_total(name, value, kSum) : Result<void>();
    if (!added) return added;
  }
  if (earliest_) {
    auto first = add_total("earliest", count_of(*earliest_), "min(value, excluded.value)");
    if (!first) return first;
    auto last = add_total("latest", count_of(*latest_), "max(value, excluded.value)");
    if (!last) return last;
  }
  for (const auto& [source, count] : of_source_) {
    auto counted =
        database_->execute("UPDATE sources SET messages = messages + " + std::to_string(count) +
                           " WHERE id = " + std::to_string(source));
    if (!counted) return counted;
  }
  const auto known = std::move(sources_);
  forget();
  sources_ = known;
  return {};
}

void Counts::forget() {
  sources_.clear();
  names_.clear();
  messages_ = ids_ = recipients_ = bare_ = 0;
  of_source_.clear();
  earliest_.reset();
  latest_.reset();
  bare_before_.reset();
}

}  // namespace unsent
