// SPDX-License-Identifier: MIT
#include "spf/networks.h"

#include <algorithm>

#include "base/text.h"
#include "spf/name.h"
#include "spf/published.h"

namespace unsent {
namespace {

constexpr std::size_t kMaxRecords = 10;
constexpr std::size_t kMaxHosts = 10;
constexpr std::size_t kMaxNetworks = 10000;

class Collector {
 public:
  explicit Collector(Resolver& resolver) : resolver_(resolver) {}

  // The record of one domain; adds the domains that it includes or redirects to.
  void read(const std::string& domain, std::vector<std::string>& next);
  SpfNetworks take();

 private:
  void give_up(SpfResult result, std::string reason);
  void add_term(const std::string& domain, const SpfTerm& term, std::vector<std::string>& next);
  void add_host(std::string_view name, const SpfTerm& term);
  void add(const IpNetwork& network);

  Resolver& resolver_;
  SpfNetworks out_;
};

void Collector::give_up(SpfResult result, std::string reason) {
  if (out_.result != SpfResult::pass) return;
  out_.result = result;
  out_.reason = std::move(reason);
}

void Collector::add(const IpNetwork& network) {
  if (out_.networks.size() < kMaxNetworks) out_.networks.push_back(network);
}

void Collector::add_host(std::string_view name, const SpfTerm& term) {
  for (const DnsType type : {DnsType::a, DnsType::aaaa}) {
    const DnsAnswer answer = resolver_.lookup(name, type);
    if (!answer.is_ok() && !answer.is_void()) {
      give_up(SpfResult::temperror, std::string(name_of(type)) + " " + std::string(name) + ": " +
                                        std::string(name_of(answer.status)));
    }
    for (const IpAddress& ip : answer.addresses) {
      add({ip, ip.is_v4() ? term.prefix4 : term.prefix6});
    }
  }
}

void Collector::add_term(const std::string& domain, const SpfTerm& term,
                         std::vector<std::string>& next) {
  if (term.qualifier != SpfResult::pass || is_over_wide(term)) return;
  if (term.domain_spec.find('%') != std::string_view::npos) return;
  const std::string name(term.domain_spec.empty() ? std::string_view(domain) : term.domain_spec);
  switch (term.mechanism) {
    case SpfMechanism::ip4:
    case SpfMechanism::ip6:
      add(term.network);
      return;
    case SpfMechanism::a:
      add_host(name, term);
      return;
    case SpfMechanism::mx: {
      const std::vector<std::string> hosts = resolver_.lookup(name, DnsType::mx).texts;
      for (std::size_t i = 0; i < std::min(hosts.size(), kMaxHosts); ++i) add_host(hosts[i], term);
      return;
    }
    case SpfMechanism::include:
      next.push_back(name);
      return;
    case SpfMechanism::all:
    case SpfMechanism::ptr:
    case SpfMechanism::exists:
      return;
  }
}

void Collector::read(const std::string& domain, std::vector<std::string>& next) {
  const PublishedRecord published = published_record(domain, resolver_);
  if (published.result != SpfResult::pass) return give_up(published.result, published.reason);
  const SpfRecord record = parse_spf_record(published.text);
  if (!record.error.empty()) return give_up(SpfResult::permerror, wrong_record(domain, record));
  int lookups = 0;
  for (const SpfTerm& term : record.terms) {
    if (term.mechanism == SpfMechanism::all) return;  // 5.1: what follows is never reached
    if (asks_dns(term.mechanism) && ++lookups > 10) continue;
    add_term(domain, term, next);
  }
  if (record.redirect.find('%') == std::string_view::npos && !record.redirect.empty()) {
    next.emplace_back(record.redirect);
  }
}

SpfNetworks Collector::take() {
  std::sort(out_.networks.begin(), out_.networks.end());
  out_.networks.erase(std::unique(out_.networks.begin(), out_.networks.end()), out_.networks.end());
  return std::move(out_);
}

}  // namespace

SpfNetworks networks_named_by(std::string_view domain, Resolver& resolver,
                              const std::function<bool(std::string_view domain)>& is_own) {
  const std::optional<std::string> first = checkable_domain(domain);
  if (!first) return {SpfResult::none, "'" + to_valid_utf8(domain) + "' is no mail domain", {}};
  std::vector<std::string> seen = {*first};
  Collector collector(resolver);
  for (std::size_t i = 0; i < seen.size() && i < kMaxRecords; ++i) {
    std::vector<std::string> next;
    collector.read(std::string(seen[i]), next);
    for (const std::string& name : next) {
      const std::optional<std::string> wanted = query_name(name);
      if (!wanted || !is_own || !is_own(*wanted)) continue;
      if (std::find(seen.begin(), seen.end(), *wanted) == seen.end()) seen.push_back(*wanted);
    }
  }
  return collector.take();
}

}  // namespace unsent
