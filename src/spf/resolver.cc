// SPDX-License-Identifier: MIT
#include "spf/resolver.h"

namespace unsent {

std::string_view name_of(DnsType type) {
  switch (type) {
    case DnsType::a:
      return "A";
    case DnsType::ptr:
      return "PTR";
    case DnsType::mx:
      return "MX";
    case DnsType::txt:
      return "TXT";
    case DnsType::aaaa:
      return "AAAA";
  }
  return "?";
}

std::string_view name_of(DnsStatus status) {
  switch (status) {
    case DnsStatus::ok:
      return "ok";
    case DnsStatus::no_data:
      return "no data";
    case DnsStatus::nxdomain:
      return "NXDOMAIN";
    case DnsStatus::temp_error:
      return "server failure";
    case DnsStatus::timeout:
      return "time-out";
    case DnsStatus::not_asked:
      return "not asked";
    case DnsStatus::pending:
      return "pending";
  }
  return "?";
}

}  // namespace unsent
