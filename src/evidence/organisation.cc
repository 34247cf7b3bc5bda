// SPDX-License-Identifier: MIT
#include "evidence/organisation.h"

#include <libpsl.h>

#include <functional>
#include <vector>

#include "base/text.h"

namespace unsent {

namespace {

std::string look_up(std::string_view host) {
  const auto domain = DomainName::parse(host);
  if (!domain) return {};
  if (domain->text().front() == '[') return domain->text();
  const char* registrable = psl_registrable_domain(psl_builtin(), domain->text().c_str());
  return registrable == nullptr ? domain->text() : registrable;
}

// The same hosts are asked for again and again while one bounce is judged, and in a flood.
class Known {
 public:
  const std::string& organisation_of(std::string_view host) { return fill(slot_of(host), host); }

  bool is_one(std::string_view host_a, std::string_view host_b) {
    Entry& slot_a = slot_of(host_a);
    Entry& slot_b = slot_of(host_b);
    const std::string& a = fill(slot_a, host_a);
    if (&slot_a != &slot_b) return !a.empty() && a == fill(slot_b, host_b);
    const std::string kept = a;
    return !kept.empty() && kept == fill(slot_b, host_b);
  }

 private:
  struct Entry {
    std::string host;
    std::string organisation;
  };

  static const std::string& fill(Entry& entry, std::string_view host) {
    if (entry.host != host) entry = {std::string(host), look_up(host)};
    return entry.organisation;
  }
  Entry& slot_of(std::string_view host) {
    return entries_[std::hash<std::string_view>{}(host) % entries_.size()];
  }

  std::vector<Entry> entries_{1024};
};

Known& known() {
  thread_local Known all;  // made by who asks: no process starts with it
  return all;
}

constexpr std::size_t kLongest = 255;  // no host is longer

bool may_be_host(std::string_view text) { return !text.empty() && text.size() <= kLongest; }

}  // namespace

std::string organisation_of(std::string_view host) {
  return may_be_host(host) ? known().organisation_of(host) : std::string();
}

std::string organisation_of(const DomainName& domain) {
  return organisation_of(std::string_view(domain.text()));
}

std::string host_of_id(std::string_view id) {
  const std::size_t at = id.rfind('@');
  return at == id.npos ? std::string() : lower(id.substr(at + 1));
}

bool is_public_suffix(const DomainName& domain) {
  return psl_is_public_suffix(psl_builtin(), domain.text().c_str()) != 0;
}

bool same_organisation(std::string_view host_a, std::string_view host_b) {
  return may_be_host(host_a) && may_be_host(host_b) && known().is_one(host_a, host_b);
}

}  // namespace unsent
