// SPDX-License-Identifier: MIT
#include "evidence/organisation.h"

#include <libpsl.h>

namespace unsent {

std::string organisation_of(const DomainName& domain) {
  if (domain.text().front() == '[') return domain.text();
  const char* registrable = psl_registrable_domain(psl_builtin(), domain.text().c_str());
  return registrable == nullptr ? domain.text() : registrable;
}

std::string organisation_of(std::string_view host) {
  const auto domain = DomainName::parse(host);
  return domain ? organisation_of(*domain) : std::string();
}

bool same_organisation(std::string_view host_a, std::string_view host_b) {
  const std::string a = organisation_of(host_a);
  return !a.empty() && a == organisation_of(host_b);
}

}  // namespace unsent
