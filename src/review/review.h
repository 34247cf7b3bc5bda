// SPDX-License-Identifier: MIT
// unsent review: a scan whose choice is made on the terminal, campaign by campaign, once all of
// it has been read and before anything is done.
#pragma once

#include <string>

#include "report/summary.h"
#include "review/screen.h"
#include "scan/choice.h"
#include "scan/sink.h"

namespace unsent {

// Has to stand behind the choice and before the actions among the sinks.
class Review : public ScanSink {
 public:
  // title: what is reviewed. said: the file of what was said before.
  Review(Choice& choice, std::string title, std::string said);

  void ask_for(GistParts& parts) const override { parts.has_item = parts.has_digest = true; }
  Result<void> take(const Scanned& scanned) override;
  // Shows the board, and tells the choice what was said; nothing is meant if somebody leaves.
  Result<void> finish(const ScanEnd& end) override;

 private:
  Choice& choice_;
  std::string title_;
  std::string said_;
  ScanSummary summary_;
};

}  // namespace unsent
