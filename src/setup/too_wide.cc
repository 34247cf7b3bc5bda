// SPDX-License-Identifier: MIT
#include "setup/too_wide.h"

#include <algorithm>
#include <array>

#include "evidence/organisation.h"

namespace unsent {
namespace {

constexpr std::array<std::string_view, 10> kTopLevel = {"com", "net", "org",  "edu", "gov",
                                                        "mil", "int", "info", "biz", "name"};

// The Public Suffix List has every single name that it does not know for one, too.
bool is_top_level(const std::string& name) {
  return name.size() == 2 || std::find(kTopLevel.begin(), kTopLevel.end(), name) != kTopLevel.end();
}

}  // namespace

std::string why_too_wide(const IpNetwork& network) {
  return network.prefix == 0 ? network.text() + " is every address there is" : std::string();
}

std::string why_too_wide(const DomainName& domain) {
  const std::string& name = domain.text();
  const bool is_single = name.find('.') == name.npos;
  if (!is_public_suffix(domain) || (is_single && !is_top_level(name))) return {};
  return "below " + name + " many strangers have their domains";
}

}  // namespace unsent
