// SPDX-License-Identifier: MIT
// The account of what was done with bounces, a line each, and its sums: how often the
// policy put something away, or in the shadow mode would have.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "base/result.h"
#include "base/time.h"
#include "policy/policy.h"

namespace unsent {

struct Handled {
  Time when;
  Verdict verdict = Verdict::unverified;
  Kind kind = Kind::ordinary;
  Handling planned = Handling::tag;  // by the policy
  Handling done = Handling::tag;
  std::string message_id;  // of the bounce, or ""
  std::string recipient;   // to whom it came, or ""
  std::string rule = {};   // by which it was recognised, or ""
  bool is_logged = false;  // a line in the system's mail log as well
  // The mail service that our SPF record does not name, if it came through one by which so many
  // did that somebody has to be asked; or "".
  std::string service = {};
};

// Appends to handled.tsv in folder, which is made if it is missing; at a megabyte the file
// becomes handled.tsv.old. Lines of several processes do not mix.
Result<void> note_handled(const std::string& folder, const Handled& handled);

// How many bounces to recipient were called backscatter in the hour up to now. Looks at the
// end of the account only, which holds some hundreds: enough to see a flood, at the same
// cost however long the account is.
std::int64_t count_recent_backscatter(const std::string& folder, const std::string& recipient,
                                      Time now);

struct HandledSums {
  std::string since;  // of the first line, RFC 3339; "" if there is none
  // (verdict, planned, done) in words → how often.
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts;
  std::map<std::string, std::int64_t> services;  // see Handled::service
  std::map<std::string, std::int64_t> rules;     // by rule, of those that were recognised by one
};
HandledSums sum_handled(const std::string& folder);

// What went wrong last while mail passed: in a file of the folder, if that is there.
struct Problem {
  Time when{};
  std::string what;
};
void note_problem(const std::string& folder, const Problem& problem);
std::optional<Problem> last_problem(const std::string& folder);

// What the user is to be asked about a service of HandledSums::services, and how to mend it.
std::string question_about(const std::string& service, std::int64_t count);

}  // namespace unsent
