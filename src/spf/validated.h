// SPDX-License-Identifier: MIT
// The names of an address that also lead back to it (FCrDNS; RFC 7208 5.5). Names that
// the address alone claims are no names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spf/resolver.h"

namespace unsent {

// In the order of the answer, lower case; of the first limit PTR records only. Empty
// where nothing validates, or the DNS fails.
std::vector<std::string> validated_names(const IpAddress& ip, Resolver& resolver, int limit = 10);

// RFC 7208 7.3 "p": domain itself if it is among names, else one below it, else any, else
// "unknown".
std::string best_name(const std::vector<std::string>& names, std::string_view domain);

// What name resolves to includes ip.
bool resolves_to(std::string_view name, const IpAddress& ip, Resolver& resolver);

}  // namespace unsent
