// SPDX-License-Identifier: MIT
// What the quarantine's messages are about, and the campaigns that they are part of: those
// that a scan of the same Maildir tells of, by the same names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acting/quarantine.h"
#include "report/campaign.h"
#include "rules/ruleset.h"

namespace unsent {

struct PutAway {
  std::string why;       // the value of X-Unsent-Verdict, "" where there is none
  std::string subject;   // of the bounce
  std::string original;  // the subject of the message that it is about, or ""
  unsigned doubt = 0;    // by its evidence: what speaks for it, strong words three times
  // nullopt: part of none. So are messages that are no reports, those that were noted as
  // genuine, and all of them before learn().
  std::optional<std::string> campaign;
};

class PutAwayReader {
 public:
  // rules: those that a scan would use; they outlive this.
  PutAwayReader(const std::string& folder, RuleSet& rules) : reader_(folder), rules_(rules) {}

  // The first of two passes, over all that is in the quarantine: which campaigns there are.
  // One message at a time is held in memory.
  void learn(const std::vector<Quarantined>& all);
  // The second. One that cannot be read any more is empty and part of no campaign.
  PutAway look(const Quarantined& one);

 private:
  QuarantineReader reader_;
  RuleSet& rules_;
  Campaigns campaigns_;
};

}  // namespace unsent
