// SPDX-License-Identifier: MIT
// What nobody can mean as his own: every address there is, a suffix below which strangers have
// their domains. Taken for ours, it makes any server ours, and any bounce genuine.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "mail/address.h"
#include "spf/ip.h"

namespace unsent {

// In words, or "" where it may be ours. A host's single name ("desk") may be a domain.
std::string why_too_wide(const IpNetwork& network);
std::string why_too_wide(const DomainName& domain);

// A usage error for the first of an option's values that is too wide.
template <class T>
Result<void> check_width(const std::string& option, const std::vector<T>& values) {
  for (const T& value : values)
    if (std::string why = why_too_wide(value); !why.empty())
      return fail(ErrorCode::usage, std::string("--").append(option).append(": ").append(why),
                  "name what is yours alone");
  return {};
}

}  // namespace unsent
