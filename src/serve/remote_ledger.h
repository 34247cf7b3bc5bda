// SPDX-License-Identifier: MIT
// A ledger that is asked by a socket, of the service of `unsent serve`. It is connected when it is
// opened, before whoever judges gives up the right to connect; a service that was started again
// is connected again, where that may be done.
#pragma once

#include <memory>
#include <string>

#include "base/deadline.h"
#include "base/result.h"
#include "evidence/ledger.h"
#include "ledger/entry.h"

namespace unsent {

// Whether path is that of a service: a socket, or nothing yet and a name that ends in ".sock", so
// that nobody makes a ledger there while the service is away.
bool is_service(const std::string& path);

class RemoteLedger : public Ledger {
 public:
  // No answer is waited for longer than half of what is left of the deadline, or, where there is
  // none, than five seconds. It must outlive this. The messages that it finds must not be given to
  // another thread.
  static Result<std::unique_ptr<RemoteLedger>> connect(const std::string& path,
                                                       const Deadline* deadline = nullptr);
  ~RemoteLedger() override;

  // For whom the bounces come that are asked about from now on; "" if that is not known.
  void set_recipient(std::string recipient) { recipient_ = std::move(recipient); }
  void note_nothing() { is_noting_ = false; }
  // Why a message that it gave could not be compared since the last call, "" if all could: then
  // what was made of it is worth nothing.
  std::string take_loss();

  LedgerAnswer<std::vector<SentMessage>> find(const SentKey& key) override;
  LedgerAnswer<SenderRecord> sender(const Address& sender, Time at) override;
  LedgerAnswer<std::int64_t> count_sent(const Address& sender, const Address& recipient, Time from,
                                        Time to) override;
  LedgerAnswer<std::int64_t> count_without_id(const Address& sender, Time from, Time to) override;
  LedgerAnswer<LearnedIdentity> identity() override;
  LedgerAnswer<std::int64_t> note(const Noted& noted) override;

  // Adds what was sent, as who this process is; on the disk when it returns. source: "record".
  // The service not being there, or having too much to do, is temp_fail.
  Result<void> record(const Entry& entry, const std::string& source);

 private:
  class Line;
  class Tokens;
  explicit RemoteLedger(std::shared_ptr<Line> line);

  std::shared_ptr<Line> line_;
  std::shared_ptr<Tokens> tokens_;
  std::string recipient_;
  bool is_noting_ = true;
};

}  // namespace unsent
