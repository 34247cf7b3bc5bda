// SPDX-License-Identifier: MIT
// The ledger on disk. Opened for reading it makes and changes nothing, and whatever goes
// wrong later is an answer that says so; opened for writing it is made, mode 0600, and
// brought to the present version.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/ledger.h"
#include "ledger/coverage.h"
#include "ledger/entry.h"
#include "ledger/feeds.h"
#include "ledger/recorder.h"
#include "ledger/sqlite.h"

namespace unsent {

struct LedgerStats {
  std::int64_t messages = 0;
  std::int64_t message_ids = 0;
  std::int64_t recipients = 0;   // one for each message and address
  std::optional<Time> earliest;  // of the times that can be true
  std::optional<Time> latest;
  std::vector<NameCount> sources;
  std::vector<CoverageRange> coverage;
  std::vector<CoverageGap> gaps;
  Measured measured;
  std::vector<NameCount> senders;  // most used first, at most 1,000
};

class SqliteLedger : public Ledger {
 public:
  // deadline: see Database::wait_by; a lock that lasts longer is an error of temp_fail.
  static Result<std::unique_ptr<SqliteLedger>> open_for_reading(const std::string& path,
                                                                const Deadline* deadline = nullptr);
  // Missing folders are made, mode 0700. texts: whether what is recorded is kept as text
  // beside the hashes of it.
  static Result<std::unique_ptr<SqliteLedger>> open_for_writing(const std::string& path,
                                                                Texts texts = Texts::hashed);
  ~SqliteLedger() override;

  LedgerAnswer<std::vector<SentMessage>> find_message_id(std::string_view id) override;
  LedgerAnswer<std::vector<SentMessage>> find_fingerprint(const Fingerprint& print) override;
  LedgerAnswer<std::vector<SentMessage>> find_notice(std::string_view notice) override;
  LedgerAnswer<std::int64_t> count_bounce_to(std::string_view address,
                                             std::string_view bounce) override;
  LedgerAnswer<std::int64_t> count_bounce(const SentMessage& message,
                                          std::string_view bounce) override;
  LedgerAnswer<bool> has_sender(const Address& address) override;
  void note_proof(std::string_view bringer, bool is_recorded, Time now) override;
  LedgerAnswer<Coverage> coverage(const Address& sender, Time at) override;
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time to) override;
  LedgerAnswer<LearnedIdentity> identity() override;
  bool needs_proof() override;
  void write_nothing() override;

  // Adds one message, or what it tells more of one that is there. True if it was new.
  // On the disk once the transaction around it (of begin), or without one the call itself,
  // has returned. After an error the transaction must not be committed.
  Result<bool> record(const Entry& entry, const std::string& source, Time now);
  // Waits for other writers, and lets them in between one transaction and the next. Must
  // not outlive the ledger.
  Result<Transaction> begin();
  // All of scope (an address, or a domain with all below it) since then, until then if
  // said, is in here. Without since: since its earliest message, not counting times that
  // cannot be true; an error if there is none. What was promised before stays promised.
  Result<Time> declare_complete(const std::string& scope, std::optional<Time> since,
                                std::optional<Time> until = {});

  // What was promised, by scope and time.
  Result<std::vector<CoverageRange>> promises();
  // Takes back all that was promised of that scope, and says how many promises that were.
  Result<std::int64_t> withdraw(const std::string& scope);
  // When the first message of a domain or address was sent, of the times that can be true.
  Result<std::optional<Time>> first_sent_by(const std::string& scope);

  // That source was not read in that time: whatever is promised, absence does not count in
  // it. Within the transaction of begin(), or without one a transaction of its own. Gaps
  // of one source that touch become one.
  Result<void> record_gap(const CoverageGap& gap);
  // It was read after all.
  Result<void> fill_gap(const CoverageGap& read);

  // See ledger/feeds.h; saved within the transaction of what was read so far.
  using Feed = unsent::Feed;
  Result<std::vector<Feed>> find_feeds(std::int64_t first_line, const std::string& path);
  // Of a key that belongs to one path alone.
  Result<std::optional<Feed>> find_feed(std::int64_t key);
  Result<std::optional<Feed>> last_feed_of(const std::string& path);
  Result<void> save_feed(const Feed& feed);

  // For people, not for verdicts: here a failure is an error.
  Result<LedgerStats> stats();
  // As text; what is kept as hashes only is left out.
  Result<std::vector<Entry>> find_entries(std::string_view message_id);
  // Every message in order of time. One whose text is not kept is a sealed entry. Recording
  // them elsewhere, under the same key where they are sealed, makes an equal ledger.
  // Of a damaged ledger what is whole, and then the error that says so.
  Result<void> for_each(const std::function<Result<void>(const Entry&)>& visit);
  Result<void> for_each_row(
      const std::function<Result<void>(const Row& row, const std::optional<Entry>& text)>& visit);
  // The senders and hosts of ids that another ledger knows; to be called in a transaction.
  Result<void> take_over_names(SqliteLedger& other);
  const std::string& key_name() const;

 private:
  struct Parts;
  explicit SqliteLedger(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace unsent
