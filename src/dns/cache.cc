// SPDX-License-Identifier: MIT
#include "dns/cache.h"

#include "spf/name.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;

std::size_t size_of(const DnsAnswer& answer) {
  std::size_t bytes = 200 + answer.addresses.size() * sizeof(IpAddress);
  for (const std::string& text : answer.texts) bytes += sizeof(std::string) + text.size();
  return bytes;
}

}  // namespace

DnsAnswer CachingResolver::lookup(std::string_view name, DnsType type) {
  std::optional<std::string> key = query_name(name);
  if (!key) return {DnsStatus::nxdomain, {}, {}, {}};
  key->append(1, ' ').append(name_of(type));
  const auto found = answers_.find(*key);
  if (found != answers_.end()) return found->second;
  DnsAnswer answer = next_.lookup(name, type);
  if (answer.status == DnsStatus::not_asked) return answer;
  const std::size_t bytes = size_of(answer);
  if (answers_.size() >= limit_ || bytes_ + bytes > kMaxBytes) {
    answers_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
  answers_.emplace(*std::move(key), answer);
  return answer;
}

}  // namespace unsent
