// SPDX-License-Identifier: MIT
#include "spf/validated.h"

#include <algorithm>

#include "base/text.h"
#include "spf/name.h"

namespace unsent {

bool resolves_to(std::string_view name, const IpAddress& ip, Resolver& resolver) {
  const AskedBecause why(resolver, "whether the name leads to a client");
  const DnsAnswer answer = resolver.lookup(name, ip.is_v4() ? DnsType::a : DnsType::aaaa);
  if (!answer.is_ok()) return false;
  return std::find(answer.addresses.begin(), answer.addresses.end(), ip) != answer.addresses.end();
}

std::vector<std::string> validated_names(const IpAddress& ip, Resolver& resolver, int limit) {
  std::vector<std::string> names;
  const AskedBecause why(resolver, "the names of a client");
  const DnsAnswer answer = resolver.lookup(ip.reverse(), DnsType::ptr);
  if (!answer.is_ok()) return names;
  const std::size_t count = std::min(answer.texts.size(), static_cast<std::size_t>(limit));
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = query_name(answer.texts[i]);
    if (name && resolves_to(*name, ip, resolver)) names.push_back(*name);
  }
  return names;
}

std::string best_name(const std::vector<std::string>& names, std::string_view domain) {
  for (const std::string& name : names) {
    if (equal_ignoring_case(name, domain)) return name;
  }
  for (const std::string& name : names) {
    if (is_name_within(name, domain)) return name;
  }
  return names.empty() ? "unknown" : names.front();
}

}  // namespace unsent
