// SPDX-License-Identifier: MIT
#include "spf/published.h"

#include <utility>

namespace unsent {

PublishedRecord published_record(const std::string& domain, Resolver& resolver) {
  const AskedBecause why(resolver, "its SPF record");
  DnsAnswer answer = resolver.lookup(domain, DnsType::txt);
  if (!answer.is_ok() && !answer.is_void())
    return {SpfResult::temperror,
            "TXT " + domain + ": " + std::string(name_of(answer.status)),
            {},
            false,
            answer.status == DnsStatus::pending};
  std::string* found = nullptr;
  for (std::string& text : answer.texts) {
    if (!is_spf_record(text)) continue;
    if (found) return {SpfResult::permerror, domain + " has several SPF records", {}};
    found = &text;
  }
  if (!found) return {SpfResult::none, domain + " has no SPF record", {}, answer.is_void()};
  return {SpfResult::pass, {}, std::move(*found)};
}

std::string wrong_record(const std::string& domain, const SpfRecord& record) {
  return "the record of " + domain + " is wrong " + record.error;
}

}  // namespace unsent
