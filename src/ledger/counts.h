// SPDX-License-Identifier: MIT
// What is counted over all messages: how many, from which sources, with which senders and
// hosts of ids. Gathered in memory and written before each commit.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "ledger/ledger_key.h"
#include "ledger/rows.h"
#include "ledger/sqlite.h"

namespace unsent {

enum class NameKind : std::int64_t { sender = 1, id_host = 2 };

class Counts {
 public:
  // Both must outlive it.
  Counts(Database& database, const LedgerKey& key) : database_(&database), key_(&key) {}

  // Of a message that was not there, and of ids that are new, whose message that is.
  void add_senders_of(const Entry& entry, Time now);
  void add_hosts_of(const std::vector<std::string>& ids, const Entry& entry, Time now);
  // by: 1 for a row that came, -1 for one that went.
  void add_row(const Row& row, std::int64_t by);
  // Of a row that versions 4 and 5 counted: with that many recipients, and not whether it is bare.
  void recount(const Row& row, std::size_t recipients_before);
  // Whether there are rows that are bare; within a transaction that writes.
  Result<bool> has_bare();
  // The times between which messages were sent; never narrowed again.
  void widen(const std::optional<Time>& at, Time now);
  Result<std::int64_t> source_id(const std::string& source);
  void add_to_source(std::int64_t source, std::int64_t by) { of_source_[source] += by; }
  // Another ledger's count of a name counts here if it is the higher.
  Result<void> take_over(NameKind kind, const std::string& name, std::int64_t count, Time last);

  Result<void> flush();
  void forget();

 private:
  struct Use {
    std::int64_t count = 0;
    Time last{};
  };
  void add_name(NameKind kind, std::string name, Time at, Time now);
  Result<void> flush_names();
  Result<void> add_total(std::string_view name, std::int64_t value, std::string_view how);

  Database* database_;
  const LedgerKey* key_;
  std::map<std::string, std::int64_t> sources_;
  // Since the last flush.
  std::map<std::pair<NameKind, std::string>, Use> names_;
  std::int64_t messages_ = 0;
  std::int64_t ids_ = 0;
  std::int64_t recipients_ = 0;
  std::int64_t bare_ = 0;
  std::map<std::int64_t, std::int64_t> of_source_;
  std::optional<Time> earliest_;
  std::optional<Time> latest_;
  std::optional<std::int64_t> bare_before_;  // as the table has it
};

}  // namespace unsent
