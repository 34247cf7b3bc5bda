// SPDX-License-Identifier: MIT
// What is kept of a judgement, and how it comes back from the process that made it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bounce/bounce.h"
#include "policy/policy.h"
#include "verdict/verdict.h"

namespace unsent {

// Not judged: an ordinary message whose judging failed, for the reason that problem tells;
// block is then empty, or says that time ran out.
struct Judged {
  bool is_judged = false;
  Verdict verdict = Verdict::unverified;
  Kind kind = Kind::ordinary;
  std::string block;
  std::string problem;
  Handling planned = Handling::tag;   // what the policy says
  Handling handling = Handling::tag;  // what is to be done: less, in the shadow mode
  std::string recipient = {};         // to whom it came, as far as it is known
  std::string rule = {};              // by which it was recognised, or ""
  bool is_logged = false;             // a line in the system log is wanted: [log] syslog
  std::string remembered = {};        // what is kept of it (deliver/flood_memory.h), packed; or ""
  std::string service = {};           // the mail service that it is to be asked about, or ""
  std::vector<std::string> remarks = {};  // what was wrong all the same, a line each

  bool is_report() const { return is_judged && verdict != Verdict::ordinary; }
};

Judged not_judged(std::string problem);

// One line of base/field_line.h.
std::string encode_judged(const Judged& judged);

// The process that wrote it had read a stranger's mail: whatever is not a whole line, names no
// verdict, kind or handling, plans what no policy can plan, or has a block that is no header
// fields of ours, is not judged. What is no record of the memory is not kept.
Judged decode_judged(std::string_view answer);

}  // namespace unsent
