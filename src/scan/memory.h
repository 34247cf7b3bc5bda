// SPDX-License-Identifier: MIT
// scan --incremental: notes what was read for the next run, once all of it has been reported
// and acted on.
#pragma once

#include <memory>

#include "base/file.h"
#include "scan/deeds.h"
#include "scan/seen_folders.h"
#include "scan/seen_mail.h"
#include "scan/sink.h"

namespace unsent {

// Where it is noted what was read. An error where there is no home.
Result<std::string> notes_home();

class ScanMemory : public ScanSink {
 public:
  // Behind actions among the sinks, whose run decides whether anything is noted: what could
  // not be acted on comes up again. Each deed has notes of its own; one run at a time.
  static Result<std::unique_ptr<ScanMemory>> make(const JudgingOptions& judging,
                                                  const Config& config, const DeedWish& wish,
                                                  const ScanDeeds& actions);

  SeenMail& seen() { return seen_; }
  SeenFolders& folders() { return folders_; }
  void ask_for(GistParts& parts) const override { parts.has_digest = true; }
  Result<void> take(const Scanned& scanned) override;
  Result<void> finish(const ScanEnd& end) override;

 private:
  ScanMemory(SeenMail seen, SeenFolders folders, FileDescriptor lock, const ScanDeeds& actions)
      : lock_(std::move(lock)),
        seen_(std::move(seen)),
        folders_(std::move(folders)),
        actions_(actions) {}
  FileDescriptor lock_;
  SeenMail seen_;
  SeenFolders folders_;
  const ScanDeeds& actions_;
};

}  // namespace unsent
