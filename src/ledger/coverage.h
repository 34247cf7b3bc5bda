// SPDX-License-Identifier: MIT
// Promises that a ledger is complete, and what they say about one sender and time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/ledger.h"

namespace unsent {

// Every message of scope from since on (and until then, if said) is in the ledger.
struct CoverageRange {
  std::string scope;  // "ourshop.example" (with all below it) or "alice@ourshop.example"
  Time since{};
  std::optional<Time> until;
  std::string source;  // who says so: "declared"
};

// A domain or an address in the form of CoverageRange::scope.
Result<std::string> parse_scope(std::string_view text);

// A time in which a source of the ledger was not read.
struct CoverageGap {
  std::string source;  // "/var/log/mail.log"
  Time since{};
  Time until{};
};

// How complete the ledger is, as bounces show that something else proved genuine. Whoever
// brings them counts once for those whose original is in the ledger, and once for those whose
// is not.
struct Measured {
  std::int64_t bounces = 0;
  std::int64_t recorded = 0;  // those whose original is in the ledger
  // From so many on that do not refute it a promise is believed.
  bool is_too_little() const { return bounces < 10 && !refutes_promises(); }
  // Several that it lacks, and not but one in fifty: absence must not count, whatever was
  // promised.
  bool refutes_promises() const {
    const std::int64_t missing = bounces - recorded;
    return missing >= 3 && missing * 50 > bounces;
  }
};

// Whether the range speaks of that sender.
bool concerns(const CoverageRange& range, const Address& sender);

// Ranges of other senders are passed over. Within a gap, or an hour of one, nothing is
// complete: a message is written somewhat before it is logged, and clocks differ.
Coverage coverage_by(const std::vector<CoverageRange>& ranges, const std::vector<CoverageGap>& gaps,
                     const Address& sender, Time at);

// "complete for ourshop.example since 2026-11-01T00:00:00Z"
std::string describe(const CoverageRange& range);
// "/var/log/mail.log was not read from 2026-11-01T00:00:00Z to 2026-11-01T01:00:00Z"
std::string describe(const CoverageGap& gap);
// "by what something else proved genuine, counted once for each who brought it, 38 of 40
// bounces are about messages in here (95 %), 2 are not"
std::string describe(const Measured& measured);

constexpr Time kEarliestPlausible = std::chrono::sys_days(std::chrono::year(1980) / 1 / 1);
// Can a message have been sent then: from 1980 on, and not in the future?
bool is_plausible(Time sent_at, Time now);

}  // namespace unsent
