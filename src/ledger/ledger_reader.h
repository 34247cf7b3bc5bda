// SPDX-License-Identifier: MIT
// The ledger on disk, to be asked. It makes and changes nothing there but what judging notes
// (ledger/bounce_counter.h), and whatever goes wrong later is an answer that says so.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/ledger.h"
#include "ledger/bounce_counter.h"
#include "ledger/coverage.h"
#include "ledger/entry.h"
#include "ledger/feeds.h"
#include "ledger/ledger_file.h"
#include "ledger/row_store.h"

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

class LedgerReader : public Ledger {
 public:
  // deadline: see Database::wait_by; a lock that lasts longer is an error of temp_fail. Where
  // notes are not written it cannot write at all.
  static Result<std::unique_ptr<LedgerReader>> open(const std::string& path,
                                                    const Deadline* deadline = nullptr,
                                                    Notes notes = Notes::not_written);

  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& wanted) override;
  LedgerAnswer<std::vector<SentMessage>> find_near(const Fingerprint& print, int off) override;
  LedgerAnswer<SenderRecord> sender(const Address& sender, Time at) override;
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time to) override;
  LedgerAnswer<std::int64_t> count_without_id(const Address& sender, Time from, Time to) override;
  LedgerAnswer<LearnedIdentity> identity() override;
  LedgerAnswer<std::int64_t> note(const Noted& noted) override;
  // For one message, whose questions then see one state of the ledger.
  void begin_look() { file_.database.begin_look(); }
  // What is asked next sees what others have written meanwhile, and nothing waits for this
  // reader; to be called now and then by whoever keeps it open for long.
  void end_look() { file_.database.end_look(); }

  // For people and feeders, not for verdicts: from here on a failure is an error.
  // What was promised, by scope and time.
  Result<std::vector<CoverageRange>> promises();
  // When the first message of a domain or address was sent, of the times that can be true.
  Result<std::optional<Time>> first_sent_by(const std::string& scope);

  // How far logs were read: see ledger/feeds.h.
  Result<std::vector<Feed>> find_feeds(std::int64_t first_line, const std::string& path);
  // Of a key that belongs to one path alone.
  Result<std::optional<Feed>> find_feed(std::int64_t key);
  Result<std::optional<Feed>> last_feed_of(const std::string& path);
  Result<std::vector<Feed>> all_feeds() { return read_all_feeds(database()); }

  Result<LedgerStats> stats();
  // As text; what is kept as hashes only is left out.
  Result<std::vector<Entry>> find_entries(std::string_view message_id);
  // Every message in order of time. One whose text is not kept is a sealed entry. Recording
  // them elsewhere, under the same key where they are sealed, makes an equal ledger.
  // Of a damaged ledger what is whole, and then the error that says so.
  Result<void> for_each(const std::function<Result<void>(const Entry&)>& visit);
  Result<void> for_each_row(
      const std::function<Result<void>(const Row& row, const std::optional<Entry>& text)>& visit);
  // Senders, or hosts of ids, in words; at most that many, the most used first.
  Result<std::vector<NameCount>> names(NameKind kind, std::int64_t most);
  const std::string& key_name() const { return key().name(); }
  const LedgerKey& key() const { return *file_.key; }

 protected:
  LedgerReader(LedgerFile file, Notes notes);
  Database& database() { return file_.database; }
  RowStore& rows() { return rows_; }
  // Of a scope as parse_scope gives it.
  Result<std::optional<Time>> earliest_of(const std::string& scope);

  std::optional<Time> now_;     // as whoever records says: no message was sent after then
  bool keeps_promises_ = true;  // that were read once; what oneself writes does not show

 private:
  // What is said to be complete, and what speaks against it.
  struct Promises {
    std::vector<CoverageRange> ranges;
    std::vector<CoverageGap> gaps;
    Measured measured;
  };
  Result<const Promises*> read_promises();
  Result<std::vector<Row>> find_id(const std::string& id);
  Result<std::vector<Row>> find_rows(const SentKey& wanted);
  LedgerAnswer<std::vector<SentMessage>> messages_of(const std::vector<Row>& rows);
  LedgerAnswer<SenderRecord> read_sender(const Address& sender, Time at);
  Result<LearnedIdentity> read_identity();
  // Whether that many are all, if nobody has written since that version of the database.
  Result<void> check_given(std::int64_t given, std::int64_t version);

  LedgerFile file_;
  RowStore rows_;
  BounceCounter counter_;
  LazyStatement ranges_;
  LazyStatement text_;
  LazyStatement sender_;
  LazyStatement names_;
  Promises promises_;  // as they were at that version
  std::int64_t promises_version_ = -1;
  std::map<std::pair<Time, Address>, LedgerAnswer<SenderRecord>> answered_;  // in that state
  std::uint64_t answered_state_ = 0;
};

}  // namespace unsent
