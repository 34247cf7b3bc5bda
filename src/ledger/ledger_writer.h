// SPDX-License-Identifier: MIT
// The ledger on disk, to be written, and asked as any: made, mode 0600, if it is not there, and
// brought to the present version.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ledger/ledger_reader.h"
#include "ledger/recorder.h"

namespace unsent {

class LedgerWriter : public LedgerReader {
 public:
  // Missing folders are made, mode 0700. texts: whether what is recorded is kept as text
  // beside the hashes of it.
  static Result<std::unique_ptr<LedgerWriter>> open(const std::string& path,
                                                    Texts texts = Texts::hashed);

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
  // Takes back all that was promised of that scope, and says how many promises that were.
  Result<std::int64_t> withdraw(const std::string& scope);

  // That source was not read in that time: whatever is promised, absence does not count in
  // it. Within the transaction of begin(), or without one a transaction of its own. Gaps
  // of one source that touch become one.
  Result<void> record_gap(const CoverageGap& gap);
  // It was read after all.
  Result<void> fill_gap(const CoverageGap& read);

  // Within the transaction of what was read so far.
  Result<void> save_feed(const Feed& feed);
  // The senders and hosts of ids that another ledger knows; to be called in a transaction.
  Result<void> take_over_names(LedgerReader& other);

 private:
  LedgerWriter(LedgerFile file, Texts texts);
  Result<void> within_transaction(const std::function<Result<void>()>& change);

  Recorder recorder_;
};

}  // namespace unsent
