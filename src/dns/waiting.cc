// SPDX-License-Identifier: MIT
#include "dns/waiting.h"

#include "spf/name.h"

namespace unsent {

DnsAnswer WaitingResolver::lookup(std::string_view name, DnsType type) {
  DnsAnswer answer = desk_.lookup(name, type);
  if (answer.status != DnsStatus::pending) return answer;
  const auto start = DnsDesk::Clock::now();
  const auto left = deadline_ - spent_;
  if (left <= left.zero()) return {DnsStatus::not_asked, {}, {}, {}};
  desk_.ask_and_wait({{*query_name(name), type}}, start + left);
  spent_ += DnsDesk::Clock::now() - start;
  answer = desk_.lookup(name, type);
  if (answer.status == DnsStatus::pending) answer.status = DnsStatus::timeout;
  return answer;
}

}  // namespace unsent
