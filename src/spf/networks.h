// SPDX-License-Identifier: MIT
// The networks that a domain's SPF record names: what "our own servers" are until the
// user says so. Guesses nothing: a record that is missing or wrong names none.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spf/record.h"
#include "spf/resolver.h"

namespace unsent {

struct SpfNetworks {
  SpfResult result = SpfResult::pass;  // else why there are none: none, temperror, permerror
  std::string reason;                  // in words, unless pass
  std::vector<IpNetwork> networks;     // sorted, each once
};

// Of ip4, ip6, a and mx terms that mean pass, not over-wide (see record.h) and without
// macros. An include or redirect is followed only where is_own says so of its domain;
// without is_own none is. At most ten records, and ten hosts of one MX.
SpfNetworks networks_named_by(std::string_view domain, Resolver& resolver,
                              const std::function<bool(std::string_view domain)>& is_own = {});

}  // namespace unsent
