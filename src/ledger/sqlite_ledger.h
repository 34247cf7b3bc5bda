// SPDX-License-Identifier: MIT
// The ledger on disk. Opened for reading it creates and changes nothing, and whatever
// goes wrong later is an `unavailable` answer; opened for writing it is created, mode
// 0600, and brought to the present version.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "evidence/ledger.h"
#include "ledger/entry.h"
#include "ledger/sqlite.h"

namespace unsent {

struct LedgerStats {
  std::int64_t messages = 0;
  std::int64_t message_ids = 0;
  std::int64_t recipients = 0;
  std::optional<Time> earliest;
  std::optional<Time> latest;
  struct Scope {
    std::string scope;
    Time since;
  };
  std::vector<Scope> coverage;
  std::vector<NameCount> senders;
};

class SqliteLedger : public Ledger {
 public:
  // busy_milliseconds: how long another program's lock is waited for.
  static Result<std::unique_ptr<SqliteLedger>> open_for_reading(const std::string& path,
                                                                int busy_milliseconds = 5000);
  // Missing folders are made, mode 0700.
  static Result<std::unique_ptr<SqliteLedger>> open_for_writing(const std::string& path,
                                                                int busy_milliseconds = 5000);
  ~SqliteLedger() override;

  LedgerAnswer<std::vector<SentMessage>> find_message_id(std::string_view id) override;
  LedgerAnswer<std::vector<SentMessage>> find_fingerprint(const Fingerprint& print) override;
  LedgerAnswer<Coverage> coverage(const Address& sender, Time at) override;
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time to) override;
  LedgerAnswer<LearnedIdentity> identity() override;

  // Adds one message, or merges its ids and recipients into the row that has one of its
  // ids and no other fingerprint (or, without ids, the same fingerprint). True if it was new.
  // Durable once the transaction around it, or the call itself without one, has returned.
  Result<bool> record(const Entry& entry, const std::string& source, Time now);
  // All of scope (an address or a domain) since then is in here. Without a time: since
  // the earliest message whose sender it is; an error if there is none. An earlier
  // declaration is kept if it reaches further back.
  Result<Time> declare_complete(const std::string& scope, std::optional<Time> since);
  Result<Transaction> begin() { return Transaction::begin(database_); }

  Result<LedgerStats> stats();
  // Every message, oldest row first, as entries that record() would make the same ledger of.
  Result<void> for_each(const std::function<Result<void>(const Entry&)>& visit);
  Result<std::vector<Entry>> find_entries(std::string_view id);

 private:
  struct Statements;
  explicit SqliteLedger(Database database);
  Result<void> prepare_reading();
  Result<void> prepare_writing();

  std::string why_not() const;  // what failed last, for an answer
  std::vector<SentMessage> load(const std::vector<std::int64_t>& rows, std::string& unavailable);
  LedgerAnswer<std::vector<SentMessage>> load_found(Statement& query);
  Result<Entry> load_entry(std::int64_t row);
  Result<std::optional<std::int64_t>> find_same(const Entry& entry,
                                                const std::optional<Fingerprint>& print);
  Result<std::int64_t> insert_message(const Entry& entry, const std::optional<Fingerprint>& print,
                                      const std::string& source, Time now);
  Result<void> add_details(std::int64_t row, const Entry& entry);
  Result<void> finish(Statement& statement);

  Database database_;
  std::unique_ptr<Statements> statements_;
};

}  // namespace unsent
