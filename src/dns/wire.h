// SPDX-License-Identifier: MIT
// A DNS message (RFC 1035 4) read as the answer to one question. Trusts nothing in it:
// what is malformed, truncated or about another name is temp_error.
#pragma once

#include <string_view>

#include "spf/resolver.h"

namespace unsent {

// name: as query_name makes it. CNAMEs are followed within the answer section only.
DnsAnswer parse_dns_message(std::string_view message, std::string_view name, DnsType type);

}  // namespace unsent
