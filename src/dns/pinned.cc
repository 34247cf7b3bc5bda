// SPDX-License-Identifier: MIT
#include "dns/pinned.h"

#include "base/idn.h"
#include "spf/name.h"

namespace unsent {

bool PinnedResolver::pin(std::string_view domain, std::string record) {
  const auto ascii = to_a_labels(domain);
  const auto name = ascii ? query_name(*ascii) : std::nullopt;
  if (!name) return false;
  records_.insert_or_assign(*name, std::move(record));
  return true;
}

DnsAnswer PinnedResolver::lookup(std::string_view name, DnsType type) {
  if (type == DnsType::txt && !records_.empty()) {
    const auto wanted = query_name(name);
    const auto pinned = wanted ? records_.find(*wanted) : records_.end();
    if (pinned != records_.end()) return {DnsStatus::ok, {}, {pinned->second}, {}};
  }
  return next_.lookup(name, type);
}

}  // namespace unsent
