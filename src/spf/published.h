// SPDX-License-Identifier: MIT
// The SPF record that a domain publishes (RFC 7208 4.4 and 4.5), or why there is none.
#pragma once

#include <string>

#include "spf/record.h"
#include "spf/resolver.h"

namespace unsent {

struct PublishedRecord {
  // pass: text is the record. Else none, temperror or permerror, and reason says why.
  SpfResult result = SpfResult::pass;
  std::string reason;
  std::string text;         // may still be wrong: see parse_spf_record
  bool is_void = false;     // none, because the DNS has nothing at all there
  bool is_pending = false;  // temperror, because the answer is not there yet
};

// domain: as query_name makes it. Asks once.
PublishedRecord published_record(const std::string& domain, Resolver& resolver);

// permerror's reason for a record with an error.
std::string wrong_record(const std::string& domain, const SpfRecord& record);

}  // namespace unsent
