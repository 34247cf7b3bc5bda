// SPDX-License-Identifier: MIT
#include "evidence/organisation.h"

#include <libpsl.h>

#include <functional>
#include <vector>

namespace unsent {

namespace {

std::string look_up(std::string_view host) {
  const auto domain = DomainName::parse(host);
  if (!domain) return {};
  if (domain->text().front() == '[') return domain->text();
  const char* registrable = psl_registrable_domain(psl_builtin(), domain->text().c_str());
  return registrable == nullptr ? domain->text() : registrable;
}

}  // namespace

// The same hosts are asked for again and again while one bounce is judged, and in a flood.
std::string organisation_of(std::string_view host) {
  struct Known {
    std::string host;
    std::string organisation;
  };
  constexpr std::size_t kMost = 1024;
  thread_local std::vector<Known> cache(kMost);  // made by who asks: no process starts with it
  constexpr std::size_t kLongest = 255;          // no host is longer
  if (host.empty() || host.size() > kLongest) return look_up(host);
  Known& known = cache[std::hash<std::string_view>{}(host) % cache.size()];
  if (known.host != host) known = {std::string(host), look_up(host)};
  return known.organisation;
}

std::string organisation_of(const DomainName& domain) {
  return organisation_of(std::string_view(domain.text()));
}

bool is_public_suffix(const DomainName& domain) {
  return psl_is_public_suffix(psl_builtin(), domain.text().c_str()) != 0;
}

bool same_organisation(std::string_view host_a, std::string_view host_b) {
  const std::string a = organisation_of(host_a);
  return !a.empty() && a == organisation_of(host_b);
}

}  // namespace unsent
