// SPDX-License-Identifier: MIT
// A domain's SPF record seen as a whole, with all records that it leads to: what it costs,
// and what in it lets nearly everyone through or never works. For whoever keeps the
// record; a verdict asks check_host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spf/record.h"
#include "spf/resolver.h"

namespace unsent {

// Something to mend, in words.
struct SpfFinding {
  std::string domain;  // whose record has it
  std::string term;    // as written, or "" where it is about the whole record
  std::string detail;  // "lets nearly every address pass"
};

struct SpfSurvey {
  SpfResult result = SpfResult::pass;  // else none, temperror or permerror: no usable record
  std::string reason;                  // unless pass
  std::string record;                  // as published; "" if there is none
  int lookups = 0;                     // of a client that matches no term (4.6.4)
  std::vector<SpfFinding> findings;
};

// At most 100 records are read; a domain that includes itself is a finding.
SpfSurvey survey_domain(std::string_view domain, Resolver& resolver);
// The same for a record that is not published yet.
SpfSurvey survey_record(const std::string& record, const std::string& domain, Resolver& resolver);

// record with terms put before its "all" or redirect. Without a record a first one, which
// ends in "~all" until its owner is sure of it.
std::string with_terms(const std::string& record, const std::vector<std::string>& terms);

}  // namespace unsent
