// SPDX-License-Identifier: MIT
// scan --incremental: notes what was read for the next run, once all of it has been reported
// and acted on.
#pragma once

#include <memory>

#include "app/scan_actions.h"
#include "app/scan_sink.h"
#include "base/file.h"
#include "mailbox/seen_mail.h"

namespace unsent {

class ScanMemory : public ScanSink {
 public:
  // Behind actions among the sinks, whose run decides whether anything is noted: what could
  // not be acted on comes up again. Each deed has notes of its own; one run at a time.
  static Result<std::unique_ptr<ScanMemory>> make(const JudgingOptions& judging,
                                                  const Config& config, const ActionWish& wish,
                                                  const ScanActions& actions);

  SeenMail& seen() { return seen_; }
  Result<void> take(const Scanned& scanned) override;
  Result<void> finish(const ScanEnd& end) override;

 private:
  ScanMemory(SeenMail seen, FileDescriptor lock, const ScanActions& actions)
      : lock_(std::move(lock)), seen_(std::move(seen)), actions_(actions) {}
  FileDescriptor lock_;
  SeenMail seen_;
  const ScanActions& actions_;
};

}  // namespace unsent
