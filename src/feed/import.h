// SPDX-License-Identifier: MIT
// Feeding a ledger from many sources, a batch of messages a transaction.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "feed/import_told.h"
#include "feed/line_source.h"
#include "feed/log_messages.h"
#include "feed/promise.h"
#include "ledger/import_record.h"
#include "ledger/ledger_writer.h"

namespace unsent {

// What a batch acknowledged is on disk.
class Import {
 public:
  // ledger must outlive it.
  Import(LedgerWriter& ledger, Time now) : ledger_(ledger), now_(now) {}

  // From now on what is added can be taken back by undo_import. from: what is read.
  void make_undoable(std::vector<std::string> from);
  // It has promised that, and taking it back withdraws it.
  Result<void> note_promises(const std::vector<std::string>& scopes);
  ReadSoFar& read_so_far() { return read_so_far_; }

  // Logs are read from their start, whatever was read before.
  void read_again() { is_again_ = true; }
  bool is_again() const { return is_again_; }

  Time now() const { return now_; }
  void set_now(Time now) { now_ = now; }
  LedgerWriter& ledger() { return ledger_; }

  // place is for the complaint about an entry that cannot be used.
  Result<void> add(const Entry& entry, const std::string& source,
                   const std::function<std::string()>& place);
  // A time that cannot be (1970, 2080) is none: then that of the file is taken, else now.
  void mend_time(Entry& entry, Time written) const;
  // Messages that need not be read again.
  void pass_over(std::uint64_t count);
  bool has_pending() const { return batch_.has_value(); }
  // To be called where all of what was read has been added: commits when a batch is full, or has
  // kept others from writing for a fifth of a second.
  Result<void> end_of_piece() { return is_due() ? commit() : Result<void>(); }
  Result<void> commit();
  // What belongs into each commit while this lives.
  class AlsoSave {
   public:
    AlsoSave(Import& import, std::function<Result<void>()> save) : import_(import) {
      import_.save_ = std::move(save);
    }
    AlsoSave(const AlsoSave&) = delete;
    AlsoSave& operator=(const AlsoSave&) = delete;
    ~AlsoSave() { import_.save_ = {}; }

   private:
    Import& import_;
  };

  // How far something was read: with the next commit.
  Result<void> save_feed(const Feed& feed);
  // Source was not read from then to then: with the next commit, and said.
  Result<void> note_gap(const std::string& source, Time from, Time to);
  // It was read after all: with the next commit.
  Result<void> fill_gap(const std::string& source, Time from, Time to);
  // As note_gap, and nothing is said.
  Result<void> widen_gap(const std::string& source, Time from, Time to);

  void refuse(const std::string& why);
  bool has_refused() const { return counts_.refused > 0; }
  const ImportCounts& counts() const { return counts_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::uint64_t kBatch = 10000;
  static constexpr std::chrono::milliseconds kLongestHold{200};
  bool is_due() const {
    return pending_ >= kBatch || (batch_ && Clock::now() - begun_ > kLongestHold);
  }
  Result<void> begin();
  std::string source_name(const std::string& source) const;
  Result<void> save_record();

  LedgerWriter& ledger_;
  Time now_;
  bool is_again_ = false;
  std::function<Result<void>()> save_;
  ReadSoFar read_so_far_;
  ImportRecord record_;  // its name is "" where nothing can be undone
  std::optional<Transaction> batch_;
  Clock::time_point begun_;
  std::uint64_t pending_ = 0;
  ImportCounts counts_;
};

// A line an entry, as `unsent ledger export` writes them.
Result<void> import_lines(LineSource& source, Import& import);

// A mail log, from where the last run ended; of path "-", from its start. Rotated copies
// beside it come first, as far as they were not read yet.
Result<void> import_log(LineSource source, const std::string& path, const LogPolicy& policy,
                        Import& import);

}  // namespace unsent
